import { ArrowDownRight, ArrowUpRight } from 'lucide-react';
import { cn } from '../../lib/cn.ts';
import { exactUsd, formatUsd } from '../../lib/money.ts';
import { changeBetween, formatChange, formatCompact, formatCount } from '../../lib/numbers.ts';

export interface MoneyProps {
  /** Exact decimal text; `null` where there is no price. */
  usd: string | null;
  /** Fixed digits after the point, so that a column lines up. */
  places?: number | undefined;
  className?: string;
}

/** USD with the precision that matters; every digit on hover. */
export function Money({ usd, places, className }: MoneyProps) {
  if (usd === null) {
    return (
      <span className={cn('text-subtle', className)} title="No price is known for this model">
        —
      </span>
    );
  }
  return (
    <span className={cn('nums', className)} title={exactUsd(usd)}>
      {formatUsd(usd, places)}
    </span>
  );
}

/** A count of tokens as `1.2 M`; every digit on hover. */
export const Tokens = ({ count, className }: { count: number; className?: string }) => (
  <span className={cn('nums', className)} title={`${formatCount(count)} tokens`}>
    {formatCompact(count)}
  </span>
);

export interface DeltaProps {
  now: number;
  before: number;
  /** Which direction is good news. Without it the change is told without judgement. */
  good?: 'up' | 'down';
  /** Smaller changes than this, as a ratio, are told without judgement too. */
  judgedFrom?: number;
  /** What it is compared with, on hover. */
  title?: string;
  className?: string;
}

/** The change against the period before. The arrow tells the direction, so that no colour has to. */
export function Delta({ now, before, good, judgedFrom = 0, title, className }: DeltaProps) {
  const change = changeBetween(now, before);
  if (change.kind === 'none') return <span className={cn('text-subtle', className)}>—</span>;
  if (change.kind === 'new') {
    return (
      <span className={cn('text-subtle', className)} title={title}>
        new
      </span>
    );
  }
  const flat = Math.abs(change.ratio) < 0.0005;
  const up = change.ratio > 0;
  const Icon = up ? ArrowUpRight : ArrowDownRight;
  const tone =
    flat || !good || Math.abs(change.ratio) < judgedFrom
      ? 'text-muted'
      : up === (good === 'up')
        ? 'text-good'
        : 'text-bad';
  return (
    <span className={cn('inline-flex items-baseline gap-0.5 whitespace-nowrap nums', tone, className)} title={title}>
      {!flat && <Icon size={13} strokeWidth={2.25} className="self-center" aria-label={up ? 'up' : 'down'} />}
      {formatChange(change.ratio)}
    </span>
  );
}

/** Smaller changes of a rate are the ordinary up and down. */
const JUDGED_FROM_POINTS = 0.1;

export interface PointsProps {
  /** Rates of 0 to 1, or `undefined` where there is none. */
  now: number | undefined;
  before: number | undefined;
  good: 'up' | 'down';
  title?: string;
}

/** The change of a rate, in percentage points. */
export function Points({ now, before, good, title }: PointsProps) {
  if (now === undefined || before === undefined) return null;
  const points = (now - before) * 100;
  const flat = Math.abs(points) < 0.005;
  const up = points > 0;
  const Icon = up ? ArrowUpRight : ArrowDownRight;
  const tone = Math.abs(points) < JUDGED_FROM_POINTS ? 'text-muted' : up === (good === 'up') ? 'text-good' : 'text-bad';
  return (
    <span className={cn('inline-flex items-baseline gap-0.5 whitespace-nowrap nums', tone)} title={title}>
      {!flat && <Icon size={13} strokeWidth={2.25} className="self-center" aria-label={up ? 'up' : 'down'} />}
      {Math.abs(points).toFixed(Math.abs(points) < 1 ? 2 : 1)} pts
    </span>
  );
}
