import type { PriceChange, RateChange } from '@tokengrip/core/contract/prices';
import { ArrowRight, Flag } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { cn } from '../../../lib/cn.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { describeRate, formatRate, rateTitle } from '../rates.ts';
import { refusalText } from '../words.ts';
import { RateLine } from './rate.tsx';

const KINDS = {
  added: { label: 'added', tone: 'good' },
  changed: { label: 'changed', tone: 'neutral' },
  removed: { label: 'removed', tone: 'neutral' },
  refused: { label: 'refused', tone: 'bad' },
} as const;

/** So many rates of one change are shown at once. */
const MOST_RATES = 8;

/** What a run did to models, one an entry. */
export const ChangeList = ({
  changes,
  actions,
}: {
  changes: readonly PriceChange[];
  /** What can be done about a change. */
  actions?: (change: PriceChange) => ReactNode;
}) => (
  <ul className="divide-y divide-line border-t border-line">
    {changes.map((change) => (
      <li
        key={`${change.runId ?? ''} ${change.modelKey}`}
        className="flex flex-wrap items-start gap-x-6 gap-y-2 px-5 py-2.5"
      >
        <div className="min-w-0 flex-1 basis-64">
          <p className="flex items-center gap-2">
            <span className="min-w-0 truncate font-mono text-xs font-medium text-ink" title={change.modelKey}>
              {change.modelKey}
            </span>
            <Badge tone={KINDS[change.kind].tone}>{KINDS[change.kind].label}</Badge>
            {change.flagged && (
              <Badge tone="warn" title="A rate moved by more than five times">
                <Flag size={10} aria-hidden />
                flagged
              </Badge>
            )}
            {change.correctedBy !== null && <Badge>corrected</Badge>}
          </p>
          <Change change={change} />
        </div>
        {actions && <div className="flex flex-wrap items-center gap-1.5">{actions(change)}</div>}
      </li>
    ))}
  </ul>
);

function Change({ change }: { change: PriceChange }) {
  if (change.kind === 'refused') {
    return (
      <p className="mt-1 text-xs text-muted">
        {change.refusal ? refusalText(change.refusal) : 'The entry cannot be used.'} Its last price stays.
      </p>
    );
  }
  if (change.kind === 'removed') {
    return <p className="mt-1 text-xs text-muted">Gone from the list. Its last price goes on.</p>;
  }
  if (change.kind === 'added') {
    return (
      <p className="mt-1 text-xs">
        <RateLine rates={change.after?.rates ?? {}} wrap />
      </p>
    );
  }
  if (change.rates.length === 0) return <p className="mt-1 text-xs text-muted">Only what it says besides the rates.</p>;
  const left = change.rates.length - MOST_RATES;
  return (
    <ul className="mt-1 flex flex-col gap-0.5 text-xs">
      {change.rates.slice(0, MOST_RATES).map((rate) => (
        <li key={rate.rate}>
          <Moved change={rate} />
        </li>
      ))}
      {left > 0 && <li className="text-subtle">{left} more rates</li>}
    </ul>
  );
}

/** How many times as much, or by how many percent: for reading, not for reckoning. */
function movement(before: string, after: string): string | undefined {
  const [from, to] = [Number(before), Number(after)];
  if (from === 0 || to === 0) return undefined;
  const ratio = to / from;
  if (ratio >= 2) return `${formatCount(Math.round(ratio * 10) / 10)}× as much`;
  if (ratio <= 0.5) return `${formatCount(Math.round(10 / ratio) / 10)}× less`;
  return `${ratio > 1 ? '+' : '−'}${(Math.abs(ratio - 1) * 100).toFixed(1)}\u202f%`;
}

function Moved({ change: { rate, before, after, flagged } }: { change: RateChange }) {
  const { label, unit } = describeRate(rate);
  const one = (kept: string | null) =>
    kept === null ? (
      <span className="text-subtle">none</span>
    ) : (
      <span title={rateTitle(rate, kept)} className="nums">
        {formatRate(rate, kept)}
      </span>
    );
  const moved = before !== null && after !== null ? movement(before, after) : undefined;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      <span className="text-muted">{label}</span>
      <span className="text-muted">{one(before)}</span>
      <ArrowRight size={11} className="text-subtle" aria-label="to" />
      <span className="font-medium text-ink">{one(after)}</span>
      {unit !== undefined && <span className="text-subtle">/ {unit}</span>}
      {moved !== undefined && <span className={cn(flagged ? 'text-warn' : 'text-subtle')}>{moved}</span>}
    </span>
  );
}
