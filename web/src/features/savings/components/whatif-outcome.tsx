import type { WhatIfResult } from '@tokengrip/core/contract/whatif';
import type { ReactNode } from 'react';
import { Difference } from '../../../components/ui/difference.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { cn } from '../../../lib/cn.ts';
import { formatCount, formatPercent } from '../../../lib/numbers.ts';
import { countOf } from '../words.ts';
import { WhatIfNotes } from './whatif-notes.tsx';
import { WhatIfSplit } from './whatif-split.tsx';

/** What it did cost against what it would have cost, of how many calls this can be said, and where. */
export function WhatIfOutcome({ result, actions }: { result: WhatIfResult; actions?: ReactNode }) {
  const timeZone = useTimeZone();
  const { totals, model } = result;
  const before = Number(totals.costBefore);
  const after = Number(totals.costAfter);
  const none = totals.pricedCalls === 0;
  return (
    <>
      <Panel aria-label="Outcome">
        <div className="flex flex-wrap items-start justify-between gap-3 px-4 pt-4">
          <dl className="grid grid-cols-2 gap-x-10 gap-y-4 sm:grid-cols-3">
            <Figure name="It did cost">{none ? <Unknown /> : <Money usd={totals.costBefore} />}</Figure>
            <Figure name="It would have cost">{none ? <Unknown /> : <Money usd={totals.costAfter} />}</Figure>
            <Figure
              name="Difference"
              note={before > 0 && after !== before ? changeWords(after / before - 1) : undefined}
              tone={after < before ? 'text-good' : after > before ? 'text-bad' : undefined}
            >
              {none ? <Unknown /> : <Difference before={totals.costBefore} after={totals.costAfter} />}
            </Figure>
          </dl>
          {actions && <div className="flex items-center gap-2">{actions}</div>}
        </div>
        <Accounting result={result} />
        <p className="border-t border-line px-4 py-2.5 text-xs text-subtle">
          {model && (
            <>
              Priced as <span className="font-mono text-ink">{model.key}</span>
              {model.maxInputTokens !== null && `, which takes ${formatCount(model.maxInputTokens)} tokens`}
              {model.maxOutputTokens !== null && ` and gives ${formatCount(model.maxOutputTokens)}`}
              {'. '}
            </>
          )}
          Computed <RelativeTime instant={result.computedAt} timeZone={timeZone} />, with prices known then.
        </p>
      </Panel>
      <WhatIfNotes result={result} />
      {!none && <WhatIfSplit result={result} />}
    </>
  );
}

const changeWords = (ratio: number) => `${formatPercent(Math.abs(ratio))} ${ratio < 0 ? 'less' : 'more'}`;

const Unknown = () => (
  <span className="text-subtle" title="No call has a cost on both sides">
    —
  </span>
);

function Figure(props: { name: string; note?: string | undefined; tone?: string | undefined; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-subtle">{props.name}</dt>
      <dd className="text-2xl font-semibold tracking-tight text-ink nums">{props.children}</dd>
      {props.note && <dd className={cn('text-xs nums', props.tone ?? 'text-muted')}>{props.note}</dd>}
    </div>
  );
}

/** Every call is one of four things, and only the first is in the sums above. */
function Accounting({ result: { totals } }: { result: WhatIfResult }) {
  const rest = [
    {
      key: 'unable',
      calls: totals.unableCalls,
      text: 'could not be made that way',
      cost: totals.unableCost,
    },
    {
      key: 'unpriced',
      calls: totals.unpricedCalls,
      text: 'would have no price that is known',
      cost: totals.unpricedCost,
    },
    { key: 'uncosted', calls: totals.uncostedCalls, text: 'had no cost to compare with', cost: undefined },
  ].filter(({ calls }) => calls > 0);
  return (
    <div className="px-4 pt-3 pb-4 text-xs text-muted">
      <p>
        <span className="font-medium text-ink nums">{formatCount(totals.pricedCalls)}</span> of{' '}
        {countOf(totals.calls, 'call')} {totals.pricedCalls === 1 ? 'is' : 'are'} in these figures
        {rest.length > 0 && '; the others are in neither:'}
        {rest.length === 0 && '.'}
      </p>
      {rest.length > 0 && (
        <ul className="mt-1 flex flex-col gap-0.5">
          {rest.map(({ key, calls, text, cost }) => (
            <li key={key} className="nums">
              <span className="font-medium text-warn">{formatCount(calls)}</span> {text}
              {cost !== undefined && (
                <>
                  {' '}
                  (they did cost <Money usd={cost} />)
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
