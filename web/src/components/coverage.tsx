import type { MetricValues } from '@tokengrip/core/contract/analytics';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { formatCount, formatPercent } from '../lib/numbers.ts';

/** How much of the spend is known: a call without a price is not free, it is missing. */
export function Coverage({ totals }: { totals: MetricValues | undefined }) {
  const calls = totals?.calls ?? 0;
  const unpriced = totals?.unpricedCalls ?? 0;
  const unreadable = totals?.unreadableCalls ?? 0;
  const missing = unpriced + unreadable;
  return (
    <footer className="mt-3 flex min-h-10 flex-wrap items-center gap-x-2 gap-y-0.5 border-t border-line px-4 py-2 text-xs text-muted nums">
      {totals && calls > 0 && (
        <>
          {missing === 0 ? (
            <CircleCheck size={14} className="text-good" aria-hidden />
          ) : (
            <TriangleAlert size={14} className="text-warn" aria-hidden />
          )}
          <span>
            <span className="font-medium text-ink">{formatPercent((totals.pricedCalls ?? 0) / calls)}</span> of{' '}
            {formatCount(calls)} {calls === 1 ? 'call' : 'calls'} priced
          </span>
          {unpriced > 0 && <Missing count={unpriced} reason="to models without a price" />}
          {unreadable > 0 && <Missing count={unreadable} reason="with usage that could not be read" />}
          {missing > 0 && <span className="text-subtle">· not in the spend</span>}
        </>
      )}
    </footer>
  );
}

const Missing = ({ count, reason }: { count: number; reason: string }) => (
  <span className="text-subtle">
    · {formatCount(count)} {reason}
  </span>
);
