export interface ChartLegendProps {
  series: readonly { id: string; label: string; colour: string }[];
  /** The pointer or the focus rests on a name. */
  onHighlight: (id: string | undefined) => void;
  /** A press on a name; without it names cannot be pressed. */
  onSelect?: ((id: string) => void) | undefined;
}

export const ChartLegend = ({ series, onHighlight, onSelect }: ChartLegendProps) => (
  <ul className="flex flex-wrap gap-x-1 gap-y-0.5 px-3 pt-2" aria-label="Legend">
    {series.map(({ id, label, colour }) => (
      // A disabled button would keep the pointer's coming and going to itself.
      <li
        key={id}
        className="min-w-0"
        onPointerEnter={() => onHighlight(id)}
        onPointerLeave={() => onHighlight(undefined)}
      >
        <button
          type="button"
          disabled={!onSelect}
          onClick={() => onSelect?.(id)}
          onFocus={() => onHighlight(id)}
          onBlur={() => onHighlight(undefined)}
          className="flex h-6 max-w-full items-center gap-1.5 rounded-xs px-1.5 text-xs text-muted disabled:pointer-events-none enabled:hover:bg-hover enabled:hover:text-ink"
        >
          <span aria-hidden className="size-2 shrink-0 rounded-[2px]" style={{ background: colour }} />
          <span className="truncate">{label}</span>
        </button>
      </li>
    ))}
  </ul>
);
