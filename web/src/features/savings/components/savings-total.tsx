import type { RecommendationList } from '@tokengrip/core/contract/savings';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { isLooking } from '../../../lib/api/recommendations.ts';
import { formatPercent } from '../../../lib/numbers.ts';
import { useMay } from '../use-savings.ts';
import { countOf } from '../words.ts';
import { LookButton } from './look-button.tsx';

/** What all open recommendations come to, and when somebody looked last. */
export function SavingsTotal({ list }: { list: RecommendationList | undefined }) {
  const timeZone = useTimeZone();
  const mayLook = useMay('savings.manage');
  if (!list) {
    return (
      <Panel className="flex h-27 flex-col gap-3 px-4 py-4 max-sm:h-45">
        <Skeleton className="h-3.5 w-28" />
        <Skeleton className="h-6 w-56" />
        <Skeleton className="h-3.5 w-48" />
      </Panel>
    );
  }
  const { total, run } = list;
  // The empty list says it all.
  if (list.recommendations.length === 0) return null;
  const cost = Number(total.costPerMonth);
  return (
    <Panel aria-label="Savings found">
      <div className="flex flex-wrap items-start justify-between gap-4 px-4 py-4">
        <div className="min-w-0">
          <p className="text-xs font-medium text-muted">Savings found</p>
          <p className="mt-0.5 text-sm text-muted">
            <Money usd={total.savingPerMonth} className="text-2xl font-semibold tracking-tight text-ink" /> a month
            {cost > 0 && (
              <>
                , {formatPercent(Number(total.savingPerMonth) / cost)} of <Money usd={total.costPerMonth} />
              </>
            )}
          </p>
          <details className="mt-1 text-xs text-subtle">
            <summary className="w-fit cursor-pointer rounded-xs hover:text-ink">
              {countOf(total.recommendations, 'open recommendation')}, nothing counted twice
            </summary>
            <ul className="mt-2 flex max-w-2xl list-disc flex-col gap-1 pl-4 text-muted">
              {total.explanation.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
              <li>A month is 30 days, at today’s prices.</li>
            </ul>
          </details>
        </div>
        <div className="flex flex-col items-end gap-1.5 max-sm:items-start">
          {mayLook && <LookButton run={run} />}
          <p role="status" className="text-xs text-subtle">
            {isLooking(run) ? (
              'Looking. It goes on if you leave this page.'
            ) : run.state === 'failed' ? (
              <span className="text-bad">The last look failed; these are of the one before.</span>
            ) : run.finishedAt === null ? (
              'Nobody has looked yet.'
            ) : (
              <>
                Looked <RelativeTime instant={run.finishedAt} timeZone={timeZone} />
                {run.calls !== null && ` at ${countOf(run.calls, 'call')}`}
              </>
            )}
          </p>
        </div>
      </div>
    </Panel>
  );
}
