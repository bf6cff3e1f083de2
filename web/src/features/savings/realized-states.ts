import type { Realized } from '@tokengrip/core/contract/realized';

export const REALIZED_STATES: Record<Realized['state'], { label: string; title: string; tone: 'neutral' | 'good' }> = {
  pending: { label: 'not looked at yet', title: 'Its calls are looked at within ten minutes.', tone: 'neutral' },
  no_baseline: {
    label: 'nothing to compare with',
    title: 'There was too little traffic before it was accepted.',
    tone: 'neutral',
  },
  not_yet_seen: {
    label: 'not yet seen',
    title: 'The calls are still made as they were. Nothing is counted until they change.',
    tone: 'neutral',
  },
  following: {
    label: 'saving',
    title: 'The change is seen in the calls, and every day since is counted.',
    tone: 'good',
  },
};
