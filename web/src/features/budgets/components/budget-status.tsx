import type { Budget } from '@tokengrip/core/contract/budgets';
import { Badge } from '../../../components/ui/badge.tsx';
import { usedShare } from '../words.ts';

/** Where the last but one threshold lies, if nobody has said. */
const NEAR = 0.8;

const FIXED = {
  filling: {
    label: 'counting',
    tone: 'accent',
    title: 'What was spent before is still being counted; it does not block yet.',
  },
  scheduled: { label: 'to come', tone: 'neutral', title: 'It begins later.' },
  archived: { label: 'archived', tone: 'neutral', title: 'It counts and blocks no more.' },
} as const;

export function StatusBadge({ budget }: { budget: Budget }) {
  const { status, reason } = budget.state;
  if (status !== 'ok' && status !== 'exceeded') {
    const { label, tone, title } = FIXED[status];
    return (
      <Badge tone={tone} title={title}>
        {label}
      </Badge>
    );
  }
  if (status === 'exceeded') {
    const why =
      reason === 'unpriced' ? 'There are calls without a price, and it fails closed.' : 'Its amount is spent.';
    return (
      <Badge tone="bad" title={budget.action === 'block' ? `${why} Calls are blocked.` : why}>
        {budget.action === 'block' ? 'blocking' : 'exceeded'}
      </Badge>
    );
  }
  return usedShare(budget) >= NEAR ? <Badge tone="warn">nearly used up</Badge> : <Badge tone="good">on track</Badge>;
}

/** What the bar of a budget is painted with. */
export function barColour(budget: Budget): string {
  if (budget.state.status === 'exceeded') return 'var(--bad)';
  if (budget.state.status !== 'ok') return 'var(--ink-subtle, currentColor)';
  return usedShare(budget) >= NEAR ? 'var(--warn)' : 'var(--good)';
}
