import type { RecommendationScope } from '../../contract/savings.ts';

/** The filters of the API that choose the calls that a recommendation is about. */
export function filtersOf(scope: RecommendationScope): Record<string, string[]> {
  const { projectId, provider, model, feature, keyId, user, customer, serviceTier } = scope;
  const named = {
    projectId: projectId?.toString(),
    provider,
    model,
    feature,
    key: keyId?.toString(),
    user,
    customer,
    serviceTier,
  };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value]]])),
  );
}

/** The filters of a page's address that have another name than the API's. */
const PAGE_NAMES: Record<string, string> = { projectId: 'project' };

/** The address of the page of records with these filters, over the days of a period in a time zone. */
export function recordsAddress(
  filters: Record<string, string[]>,
  period: { from: Date; to: Date },
  timeZone: string,
): string {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const parameters = new URLSearchParams({ range: 'custom', from: day.format(period.from), to: day.format(period.to) });
  for (const [name, values] of Object.entries(filters)) {
    for (const value of values) parameters.append(PAGE_NAMES[name] ?? name, value);
  }
  return `/records?${parameters}`;
}
