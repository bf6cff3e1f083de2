import { cn } from '../../../lib/cn.ts';
import { describeRate, formatRate, orderedRates, rateTitle, USUAL_RATES } from '../rates.ts';

/** One rate in the unit that people read; every digit and the price file's name of it on hover. */
export function Rate({
  rates,
  name,
  className,
}: {
  rates: Readonly<Record<string, string>> | undefined;
  name: string;
  className?: string;
}) {
  const kept = rates?.[name];
  if (kept === undefined) return <span className={cn('text-subtle', className)}>—</span>;
  return (
    <span className={cn('relative nums', className)} title={rateTitle(name, kept)}>
      {formatRate(name, kept)}
    </span>
  );
}

const isUsual = (name: string) => USUAL_RATES.some((usual) => usual === name);

/** Rates in a line of text: `Input $2.50 · Output $10.00 · 3 more`. */
export function RateLine({
  rates,
  most = 3,
  wrap = false,
}: {
  rates: Readonly<Record<string, string>>;
  most?: number;
  wrap?: boolean;
}) {
  const ordered = orderedRates(rates);
  const shown = ordered.slice(0, most);
  const left = ordered.length - shown.length;
  return (
    <span className={cn('inline-flex gap-x-2.5', wrap && 'flex-wrap')}>
      {shown.map(([name, kept]) => {
        const { label, unit } = describeRate(name);
        return (
          <span key={name} title={rateTitle(name, kept)} className="whitespace-nowrap">
            <span className="text-subtle">{label}</span> <span className="text-ink nums">{formatRate(name, kept)}</span>
            {!isUsual(name) && unit !== undefined && <span className="text-subtle"> / {unit}</span>}
          </span>
        );
      })}
      {left > 0 && (
        <span
          className="text-subtle"
          title={ordered
            .slice(most)
            .map(([name, kept]) => rateTitle(name, kept))
            .join('\n')}
        >
          {left} more
        </span>
      )}
    </span>
  );
}

/** All rates of a price, one a line. */
export const RateList = ({ rates }: { rates: Readonly<Record<string, string>> }) => (
  <dl className="grid grid-cols-1 gap-x-10 gap-y-1.5 text-sm sm:grid-cols-2">
    {orderedRates(rates).map(([name, kept]) => {
      const { label, unit } = describeRate(name);
      return (
        <div key={name} className="flex items-baseline justify-between gap-4">
          <dt className="min-w-0 text-muted">{label}</dt>
          <dd className="shrink-0 text-ink" title={rateTitle(name, kept)}>
            <span className="nums">{formatRate(name, kept)}</span>
            {unit !== undefined && <span className="text-xs text-subtle"> / {unit}</span>}
          </dd>
        </div>
      );
    })}
  </dl>
);
