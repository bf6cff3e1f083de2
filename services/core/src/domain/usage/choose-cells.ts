import type { Bucket, Dimension } from '../../contract/analytics.ts';
import type { Snapshot } from '../../db/scope.ts';
import type { Calendar } from '../rollups/calendars.ts';
import { findDerivedDays } from './derived-days.ts';
import { isCarriedMetric, needsFineRows, type SumMetric } from './metrics.ts';
import { type DerivedDays, type Period, planCarried, planSources, type Source } from './plan-sources.ts';
import { type CellsInput, carriedKind, isCarriedEnough, isInRecordsOnly } from './usage-cells.ts';
import { filtersCarried, type UsageFilter } from './usage-filter.ts';

type Cells = Omit<CellsInput, 'columns'>;

/** Where each sort of metric of one period comes from. */
export interface CellsOfPeriod {
  sums: Cells;
  histograms: Cells;
  distincts: (kind: string) => Cells;
}

export interface CellsWanted {
  period: Period;
  filter: UsageFilter;
  dimensions: readonly Dimension[];
  timeZone: string;
  bucket: Bucket | undefined;
  /** The one in use. */
  calendar: Calendar | undefined;
  /** The sums that are wanted. */
  metrics: readonly SumMetric[];
}

/** Days can be read as wholes when nothing cuts them: no buckets, or such that begin and end with the calendar's days. */
const cutsByDays = ({ bucket, timeZone, calendar }: CellsWanted): boolean =>
  bucket === undefined || (bucket !== '15m' && bucket !== 'hour' && calendar?.timeZone === timeZone);

const UNDERIVED: DerivedDays = { days: [], touched: new Set() };

/** Chooses the coarsest tables that can answer: derived days, quarters of an hour, records. */
export async function chooseCells(tx: Snapshot, wanted: CellsWanted): Promise<CellsOfPeriod> {
  const { period, filter, dimensions, metrics } = wanted;
  const calendar = cutsByDays(wanted) ? wanted.calendar : undefined;
  const derived = await findDerivedDays(tx, calendar, filter.projectIds, period);
  const kind = dimensions.map(carriedKind).find((found) => found !== undefined);
  const cells = (sources: readonly Source[], of: string | undefined): Cells => ({
    sources,
    calendarVersion: calendar?.version,
    days: derived.days,
    filter,
    dimensions,
    kind: of,
  });
  const records: Source[] = [{ table: 'records', ...period }];
  const enough = isCarriedEnough(dimensions, filter);
  const byRollup = kind === undefined && !dimensions.some(isInRecordsOnly) && !filtersCarried(filter);
  const uncarried = byRollup ? planSources(period, derived) : records;
  const byValue = kind !== undefined && enough && metrics.every(isCarriedMetric);
  const byDay = !metrics.some(needsFineRows);
  const sums = byRollup && !byDay ? planSources(period, UNDERIVED) : uncarried;
  return {
    sums: cells(byValue ? planCarried(period, derived) : sums, kind),
    histograms: cells(uncarried, kind),
    distincts: (of) => cells(kind === undefined && enough ? planCarried(period, derived) : records, of),
  };
}
