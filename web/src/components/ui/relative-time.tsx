import { useNow } from '../../lib/now.ts';
import { formatAbsolute, formatRelative } from '../../lib/time.ts';

/** How long ago, ticking; the moment itself on hover, in the organization's zone. */
export function RelativeTime({
  instant,
  timeZone,
  className,
}: {
  instant: string;
  timeZone: string;
  className?: string;
}) {
  const now = useNow();
  return (
    <time dateTime={instant} title={formatAbsolute(instant, timeZone)} className={className}>
      {formatRelative(instant, now, timeZone)}
    </time>
  );
}
