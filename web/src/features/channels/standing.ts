import type { Channel } from '@tokengrip/core/contract/channels';
import { codeText } from '../../lib/alert-words.ts';

export interface ChannelStanding {
  label: string;
  tone: 'good' | 'warn' | 'bad' | 'neutral';
  text?: string;
}

/** Whether what is sent by a channel arrives, as far as is known. */
export function channelStanding({ enabled, snoozedUntil, lastCode, lastAttemptAt }: Channel): ChannelStanding {
  if (!enabled) return { label: 'off', tone: 'neutral', text: 'Nothing is sent by it.' };
  if (lastCode !== null) return { label: 'failing', tone: 'bad', text: codeText(lastCode) };
  if (snoozedUntil !== null)
    return { label: 'snoozed', tone: 'neutral', text: 'What is due is sent when the snooze ends.' };
  if (lastAttemptAt === null) return { label: 'not tried yet', tone: 'neutral' };
  return { label: 'works', tone: 'good' };
}

/** What is using a channel, for the question whether it may go. */
export function usesText({ kinds, budgets }: Channel, labelOf: (kind: Channel['kinds'][number]) => string): string {
  const parts = [
    ...(kinds.length > 0 ? [`by the alerts ${kinds.map((kind) => `“${labelOf(kind)}”`).join(', ')}`] : []),
    ...(budgets.length > 0
      ? [`by the ${budgets.length === 1 ? 'budget' : 'budgets'} ${budgets.map(({ name }) => `“${name}”`).join(', ')}`]
      : []),
  ];
  return parts.length === 0
    ? 'Nothing uses it.'
    : `It is used ${parts.join(' and ')}, which then tell others or nobody.`;
}
