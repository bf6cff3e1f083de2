import type { Context } from '../../context.ts';
import type { RealizedChange, RealizedScope } from '../../contract/realized.ts';
import { inScope } from '../../db/scope.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { localDays } from '../usage/time-buckets.ts';
import { readCalls } from '../whatif/read-calls.ts';
import { selectionOf } from '../whatif/selection.ts';
import { dayNames } from '../whatif/to-result.ts';
import { countCalls } from './count-calls.ts';
import { type DayFigures, noFigures } from './figures.ts';
import { createLook } from './look-at-calls.ts';
import type { Shares } from './shares.ts';

const PAGE_ROWS = 10_000;

interface Period {
  from: Date;
  to: Date;
}

interface Look {
  scope: RealizedScope;
  change: RealizedChange;
  timeZone: string;
  /** How prompts were cached before; of the time before itself there is none. */
  shares: Shares | undefined;
  signal: AbortSignal;
}

/** The figures of every local day that a period touches. @throws AppError `not_found` where its project is gone */
export async function lookAtPeriod(
  ctx: Context,
  organizationId: number,
  period: Period,
  { scope, change, timeZone, shares, signal }: Look,
): Promise<DayFigures[]> {
  const nameOf = dayNames(timeZone);
  const days = localDays(period, timeZone).map(({ start }) => ({ start: start.getTime(), name: nameOf(start) }));
  const { selection, catalog } = await inScope(ctx, { organizationId }, async (tx) => ({
    selection: selectionOf(
      { ...scope, from: period.from.toISOString(), to: period.to.toISOString() },
      await chooseProjects(tx, organizationId, scope.projectId),
    ),
    catalog: await loadOrganizationCatalog(tx, organizationId),
  }));
  if (change.kind === 'calls') {
    const found = await countCalls(ctx, organizationId, selection, { unit: change.unit, timeZone });
    return fill(days, found);
  }
  const look = createLook(catalog, change, shares);
  let at = 0;
  for await (const page of readCalls(ctx, organizationId, selection, PAGE_ROWS)) {
    for (const row of page) {
      const time = row.ts.getTime();
      // In order of time within a project.
      if (time < (days[at]?.start ?? 0)) at = 0;
      while (time >= (days[at + 1]?.start ?? Number.POSITIVE_INFINITY)) at += 1;
      look.add(row, days[at]?.name ?? '');
    }
    signal.throwIfAborted();
  }
  return fill(days, look.days());
}

function fill(days: readonly { name: string }[], found: readonly DayFigures[]): DayFigures[] {
  const byDay = new Map(found.map((figures) => [figures.day, figures]));
  return days.map(({ name }) => byDay.get(name) ?? noFigures(name));
}
