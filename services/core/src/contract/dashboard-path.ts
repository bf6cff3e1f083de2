/** As the dashboard names in its addresses what alerts name as the API does. */
const NAMES: Readonly<Record<string, string>> = { projectId: 'project', environment: 'env', search: 'q' };

/**
 * The dashboard's address of the page behind an alert. Alerts have filters and instants as the API takes them; ranges of the
 * dashboard are whole days of the organization, so that of an alert is the days in which its hours lie.
 */
export function dashboardPath(path: string, timeZone: string): string {
  const { pathname, searchParams } = new URL(path, 'http://dashboard.invalid');
  const [from, to] = [searchParams.get('from'), searchParams.get('to')];
  const isInstants = from !== null && to !== null && from.includes('T') && to.includes('T');
  const out = new URLSearchParams();
  for (const [name, value] of searchParams) {
    if (isInstants && (name === 'from' || name === 'to' || name === 'range')) continue;
    out.append(NAMES[name] ?? name, value);
  }
  if (isInstants) {
    const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    out.set('range', 'custom');
    out.set('from', day.format(Date.parse(from)));
    // The end is not part of it.
    out.set('to', day.format(Date.parse(to) - 1));
  }
  const query = out.toString();
  return query === '' ? pathname : `${pathname}?${query}`;
}
