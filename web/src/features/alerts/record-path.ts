import { localDay } from '../../lib/period.ts';

/** As the dashboard names in its addresses what alerts name as the API does. */
const NAMES: Readonly<Record<string, string>> = { projectId: 'project', environment: 'env', search: 'q' };

/**
 * The page with the records behind an alert, as the dashboard's addresses are: its range has whole days, so that of an alert is
 * the days in which its hours lie.
 */
export function recordPath(path: string, timeZone: string): string {
  const { pathname, searchParams } = new URL(path, 'http://dashboard.invalid');
  const out = new URLSearchParams();
  const [from, to] = [searchParams.get('from'), searchParams.get('to')];
  const hasInstants = from !== null && to !== null && from.includes('T') && to.includes('T');
  for (const [name, value] of searchParams) {
    if (hasInstants && (name === 'from' || name === 'to' || name === 'range')) continue;
    out.append(NAMES[name] ?? name, value);
  }
  if (hasInstants) {
    out.set('range', 'custom');
    out.set('from', localDay(from, timeZone));
    // The end is not part of it.
    out.set('to', localDay(Date.parse(to) - 1, timeZone));
  }
  const query = out.toString();
  return query === '' ? pathname : `${pathname}?${query}`;
}

/** What the page is, for its link. */
export function recordPathLabel(path: string): string {
  if (path.startsWith('/budgets/')) return 'Open the budget';
  if (path.startsWith('/prices')) return 'See the prices';
  if (path.startsWith('/records')) return 'See the records';
  return 'See the figures';
}
