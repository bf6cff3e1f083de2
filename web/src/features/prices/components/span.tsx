import { useTimeZone } from '../../../lib/api/me.ts';
import { formatAbsolute, formatDate } from '../../../lib/time.ts';

/** From when to when something holds: `Aug 5, 2026 – now`; the instants on hover. */
export function Span({ from, to }: { from: string | null; to: string | null }) {
  const timeZone = useTimeZone();
  const instant = (value: string) => formatAbsolute(value, timeZone);
  const title = `${from === null ? 'Since ever' : `From ${instant(from)}`}${to === null ? '' : ` until ${instant(to)}`}`;
  return (
    <span title={title} className="whitespace-nowrap">
      {spanText(from, to, timeZone)}
    </span>
  );
}

export function spanText(from: string | number | null, to: string | number | null, timeZone: string): string {
  const day = (value: string | number) => formatDate(value, timeZone);
  if (from === null) return to === null ? 'Since ever' : `Until ${day(to)}`;
  if (to === null) return `Since ${day(from)}`;
  return day(from) === day(to) ? day(from) : `${day(from)} – ${day(to)}`;
}
