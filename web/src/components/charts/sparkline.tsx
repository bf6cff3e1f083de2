/** The course of a figure, without axes: its shape, not its values. */
export function Sparkline({ values, className }: { values: readonly number[]; className?: string }) {
  if (values.length < 2) return <span className={className} />;
  const top = Math.max(...values, 0);
  const step = 100 / (values.length - 1);
  const points = values.map((value, index) => [index * step, top === 0 ? 27 : 27 - (value / top) * 25] as const);
  const line = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(2)} ${y.toFixed(2)}`).join('');
  return (
    <svg viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden className={className}>
      <path d={`${line}L100 28L0 28Z`} fill="currentColor" opacity="0.1" />
      <path
        d={line}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
        strokeLinejoin="round"
      />
    </svg>
  );
}
