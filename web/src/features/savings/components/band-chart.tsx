import { type PointerEvent, useState } from 'react';
import { cn } from '../../../lib/cn.ts';
import { axisTicks, type BandPoint, bandPaths } from '../band.ts';

export interface BandChartProps {
  /** What the chart shows, read out in its place. */
  label: string;
  points: readonly BandPoint[];
  /** Of the line with the interval, and of the other one. */
  names: { value: string; band: string; other?: string };
  formatAxis: (value: number) => string;
  /** Lines of the tooltip, exact. */
  texts: (index: number) => readonly { label: string; text: string; colour: string }[];
}

export const COLOURS = { value: 'var(--series-1)', other: 'var(--series-4)' };
const MOST_TICKS = 6;
/** Room between the pointer and the tooltip. */
const GAP_PX = 14;

/** A line with the interval that it lies in, and one to compare it with. */
export function BandChart({ label, points, names, formatAxis, texts }: BandChartProps) {
  const [hover, setHover] = useState<number>();
  const ticks = axisTicks(
    Math.min(...points.flatMap(({ low, other = low }) => [low, other])),
    Math.max(...points.flatMap(({ high, other = high }) => [high, other])),
  );
  const range = [ticks[0] ?? 0, ticks.at(-1) ?? 1] as const;
  const { band, value, other, x, y } = bandPaths(points, range);
  const isExact = points.every(({ low, high }) => low === high);
  const every = Math.max(1, Math.ceil(points.length / MOST_TICKS));
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    setHover(Math.round(share * (points.length - 1)));
  };
  const shown = hover === undefined ? undefined : points[hover];
  return (
    <figure>
      <div className="flex h-64 px-4 pt-3">
        <div className="relative w-14 shrink-0 text-2xs text-subtle nums" aria-hidden>
          {ticks.map((tick) => (
            <span key={tick} className="absolute right-2 -translate-y-1/2" style={{ top: `${y(tick)}%` }}>
              {formatAxis(tick)}
            </span>
          ))}
        </div>
        {/* The table beside it has the same for those who have no pointer. */}
        <div
          className="relative min-w-0 flex-1"
          onPointerMove={onPointerMove}
          onPointerLeave={() => setHover(undefined)}
        >
          <svg
            viewBox="0 0 100 100"
            preserveAspectRatio="none"
            role="img"
            aria-label={label}
            className="size-full overflow-visible"
          >
            {ticks.map((tick) => (
              <line
                key={tick}
                x1="0"
                x2="100"
                y1={y(tick)}
                y2={y(tick)}
                className={tick === 0 ? 'stroke-line-strong' : 'stroke-line'}
                vectorEffect="non-scaling-stroke"
              />
            ))}
            <path d={band} style={{ fill: COLOURS.value }} fillOpacity="0.16" />
            <path
              d={value}
              fill="none"
              style={{ stroke: COLOURS.value }}
              strokeWidth="2"
              vectorEffect="non-scaling-stroke"
            />
            {other && (
              <path
                d={other}
                fill="none"
                style={{ stroke: COLOURS.other }}
                strokeWidth="2"
                vectorEffect="non-scaling-stroke"
              />
            )}
          </svg>
          {shown && hover !== undefined && (
            <>
              <span
                aria-hidden
                className="pointer-events-none absolute inset-y-0 w-px bg-line-strong"
                style={{ left: `${x(hover)}%` }}
              />
              <div
                aria-hidden
                className="pointer-events-none absolute top-2 z-20 w-max rounded-md border border-line bg-surface px-3 py-2 text-xs shadow-popup"
                style={{
                  ...(x(hover) < 50
                    ? { left: `calc(${x(hover)}% + ${GAP_PX}px)` }
                    : { right: `calc(${100 - x(hover)}% + ${GAP_PX}px)` }),
                  // It must not widen the page of a phone.
                  maxWidth: `min(18rem, calc(${Math.max(x(hover), 100 - x(hover))}% - ${GAP_PX}px))`,
                }}
              >
                <p className="border-b border-line pb-1.5 font-medium text-ink">{shown.title}</p>
                {texts(hover).map((row) => (
                  <p key={row.label} className="flex items-center gap-2 pt-1.5">
                    <span className="size-2 shrink-0 rounded-[2px]" style={{ background: row.colour }} />
                    <span className="min-w-0 flex-1 truncate text-muted">{row.label}</span>
                    <span className="pl-2 text-ink nums">{row.text}</span>
                  </p>
                ))}
              </div>
            </>
          )}
        </div>
      </div>
      <div className="relative mr-4 ml-18 h-6 text-2xs text-subtle" aria-hidden>
        {points.map(
          ({ tick }, index) =>
            index % every === 0 && (
              <span
                key={tick}
                className={cn(
                  'absolute top-1.5 whitespace-nowrap',
                  // The outermost stay within the chart.
                  index === 0 && points.length > 1
                    ? ''
                    : index === points.length - 1 && index > 0
                      ? '-translate-x-full'
                      : '-translate-x-1/2',
                )}
                style={{ left: `${points.length === 1 ? 50 : x(index)}%` }}
              >
                {tick}
              </span>
            ),
        )}
      </div>
      <figcaption className="flex flex-wrap gap-x-4 gap-y-1 px-4 pt-1 pb-3 text-xs text-muted">
        {names.other && <Key colour={COLOURS.other}>{names.other}</Key>}
        <Key colour={COLOURS.value}>{names.value}</Key>
        {!isExact && (
          <Key colour={COLOURS.value} faint>
            {names.band}
          </Key>
        )}
      </figcaption>
    </figure>
  );
}

const Key = ({ colour, faint = false, children }: { colour: string; faint?: boolean; children: string }) => (
  <span className="flex items-center gap-1.5">
    <span aria-hidden className={`size-2 rounded-[2px] ${faint ? 'opacity-30' : ''}`} style={{ background: colour }} />
    {children}
  </span>
);
