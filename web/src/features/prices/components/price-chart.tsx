import type { PriceHistory } from '@tokengrip/core/contract/prices';
import { useMemo } from 'react';
import { type StepData, StepSeries } from '../../../components/charts/step-series.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { exactUsd } from '../../../lib/money.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatDate } from '../../../lib/time.ts';
import { chartedRates, type PriceStep, priceSteps, shownSpan } from '../price-steps.ts';
import { describeRate, formatRate, shownRate } from '../rates.ts';
import { usePricesSearch } from '../use-prices.ts';
import { spanText } from './span.tsx';

const unitOf = (name: string) => describeRate(name).unit;
const known = (instant: number) => (Number.isFinite(instant) ? instant : null);

function toStepData(
  history: PriceHistory,
  steps: readonly PriceStep[],
  names: readonly { name: string; colour: string }[],
  now: number,
  timeZone: string,
): StepData {
  const span = shownSpan(history, steps, now);
  return {
    end: span.to,
    steps: steps.map(({ from, to, own }) => ({
      at: Math.max(from, span.from),
      title: spanText(known(from), known(to), timeZone),
      note: own ? 'your own price' : undefined,
    })),
    lines: names.map(({ name, colour }) => ({
      id: name,
      label: describeRate(name).label,
      colour,
      values: steps.map(({ rates }) => (rates[name] === undefined ? null : Number(shownRate(name, rates[name])))),
      texts: steps.map(({ rates }) => (rates[name] === undefined ? '—' : formatRate(name, rates[name]))),
    })),
  };
}

/** What the axis says is the round figure of a line, never a price. */
const formatAxis = (value: number) => exactUsd(String(Number(value.toFixed(6))));

/** The course of a model's rates over the time for which they hold. */
export function PriceChart({ history, now }: { history: PriceHistory; now: number }) {
  const { view } = usePricesSearch();
  const patch = useSearchPatch();
  const timeZone = useTimeZone();
  const { data, unit } = useMemo(() => {
    const steps = priceSteps(history);
    const names = chartedRates(steps, unitOf);
    return {
      data: toStepData(history, steps, names, now, timeZone),
      unit: names[0] && unitOf(names[0].name),
    };
  }, [history, now, timeZone]);
  const formatTick = useMemo(() => (instant: number) => formatDate(instant, timeZone), [timeZone]);
  if (data.lines.length === 0) return null;
  return (
    <section aria-label="History" className="pt-3 pb-3">
      <div className="flex items-center justify-between gap-3 px-5 pb-3">
        <p className="text-xs font-medium text-muted">
          What it cost, and when <span className="font-normal text-subtle">USD per {unit}</span>
        </p>
        <Segmented
          label="View"
          value={view ?? 'chart'}
          onChange={(next) => patch({ view: next === 'table' ? 'table' : undefined }, { replace: true })}
          options={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
      </div>
      <StepSeries
        label={`Rates of ${history.modelKey} over time`}
        data={data}
        formatAxis={formatAxis}
        formatTick={formatTick}
        view={view ?? 'chart'}
      />
    </section>
  );
}
