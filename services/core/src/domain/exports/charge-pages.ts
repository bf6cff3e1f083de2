import { type RawBuilder, sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Dimension } from '../../contract/analytics.ts';
import { COST_COLUMNS, TOKEN_COLUMNS, type TokenColumn } from '../../db/columns.ts';
import { inSnapshot, type Snapshot } from '../../db/scope.ts';
import { readCalendars } from '../rollups/calendars.ts';
import { chooseCells } from '../usage/choose-cells.ts';
import { tokenClassOf } from '../usage/class-columns.ts';
import { groupLabels } from '../usage/group-labels.ts';
import type { Period } from '../usage/plan-sources.ts';
import { type RecordFilter, recordConditions } from '../usage/record-filter.ts';
import { bucketStarts, type Day, localDays } from '../usage/time-buckets.ts';
import { usageCells } from '../usage/usage-cells.ts';
import type { ExportSource } from './export-pages.ts';
import { csvText, type FileText } from './file-text.ts';
import { type Charge, FOCUS_COLUMNS } from './focus-columns.ts';
import type { ProjectNames } from './record-columns.ts';

interface ChargesWanted {
  organization: { id: number; name: string; timeZone: string };
  filter: RecordFilter & { period: Period };
  byteOrderMark: boolean;
  projects: ProjectNames;
}

const DIMENSIONS = [
  'project',
  'provider',
  'model',
  'serviceTier',
  'key',
  'feature',
  'environment',
] as const satisfies readonly Dimension[];

/** By name of a column: a day's sum of it. */
type SumColumn =
  | 'calls'
  | 'unpriced_calls'
  | 'unreadable_calls'
  | `${TokenColumn}_tokens`
  | `${(typeof COST_COLUMNS)[number]}_pico_usd`;
type CellRow = Record<SumColumn, bigint> & Record<'d0' | 'd1' | 'd2' | 'd3' | 'd4' | 'd5' | 'd6', string>;

const TOKEN_SUMS = TOKEN_COLUMNS.map((name) => `${name}_tokens` as const);
const COST_SUMS = COST_COLUMNS.map((name) => `${name}_pico_usd` as const);

/**
 * Charges by local day, project, model, tier, key, feature, environment and class, in FOCUS's columns. A page is a day,
 * from the rollups where they know what is filtered by.
 */
export function chargePages(ctx: Context, wanted: ChargesWanted): ExportSource {
  const { organization, filter } = wanted;
  const days = localDays(filter.period, organization.timeZone);
  const months = bucketStarts({ from: filter.period.from, to: filter.period.to }, 'month', organization.timeZone);
  return {
    file: csvText(FOCUS_COLUMNS, wanted.byteOrderMark) as FileText<unknown>,
    async readPage(place) {
      const index = place === null ? 0 : Number(place.day);
      const day = days[index];
      if (!day) return { rows: [], records: 0, costPicoUsd: 0n, next: null };
      const charges = await inSnapshot(ctx, { organizationId: organization.id }, (tx) =>
        readDay(tx, wanted, day, months),
      );
      return { ...charges, next: index + 1 < days.length ? { day: index + 1 } : null };
    },
  };
}

async function readDay(tx: Snapshot, wanted: ChargesWanted, day: Day, months: readonly Date[]) {
  const { organization, filter, projects } = wanted;
  const period = {
    from: new Date(Math.max(day.start.getTime(), filter.period.from.getTime())),
    to: new Date(Math.min(day.end.getTime(), filter.period.to.getTime())),
  };
  const { rows } = await sql<CellRow>`
    select ${sql.join([
      ...DIMENSIONS.map((_, i) => sql.id(`d${i}`)),
      ...['calls', 'unpriced_calls', 'unreadable_calls', ...TOKEN_SUMS, ...COST_SUMS].map(
        (name) => sql`coalesce(sum(${sql.id(name)}), 0)::numeric as ${sql.id(name)}`,
      ),
    ])}
    from ${await cellsOf(tx, organization, { ...filter, period })}
    group by 1, 2, 3, 4, 5, 6, 7
    having sum(calls) > 0
    order by 1, 2, 3, 4, 5, 6, 7`.execute(tx);
  const keys = await groupLabels(
    tx,
    organization.id,
    ['key'],
    rows.map((row) => [row.d4]),
  );
  const charges = rows.flatMap((row, i) =>
    chargesOf(row, {
      organization: { id: organization.id, name: organization.name },
      project: { id: Number(row.d0), name: projects.get(Number(row.d0)) ?? row.d0 },
      key: { id: Number(row.d4), label: keys[i]?.[0] ?? row.d4 },
      day,
      month: monthOf(day, months, organization.timeZone),
    }),
  );
  return {
    rows: charges,
    records: Number(rows.reduce((sum, { calls }) => sum + calls, 0n)),
    costPicoUsd: charges.reduce((sum, { costPicoUsd }) => sum + costPicoUsd, 0n),
  };
}

/** The rollups know nothing of single calls: what chooses those is read from the records. */
const choosesCalls = (filter: RecordFilter) =>
  filter.duplicates !== 'exclude' ||
  [
    filter.traceId,
    filter.responseId,
    filter.minPicoUsd,
    filter.maxPicoUsd,
    filter.minLatencyMs,
    filter.maxLatencyMs,
  ].some((value) => value !== undefined);

const COUNTS_OF_RECORD = [
  sql`1::bigint as calls`,
  sql`(cost_status = 'unpriced')::integer::bigint as unpriced_calls`,
  sql`(cost_status = 'unreadable')::integer::bigint as unreadable_calls`,
];

async function cellsOf(
  tx: Snapshot,
  organization: { id: number; timeZone: string },
  filter: RecordFilter & { period: Period },
): Promise<RawBuilder<unknown>> {
  const columns = (table: string) => [
    ...(table === 'records' ? COUNTS_OF_RECORD : [sql`calls`, sql`unpriced_calls`, sql`unreadable_calls`]),
    ...TOKEN_SUMS.map((name) => sql`${sql.id(name)}::bigint`),
    ...COST_SUMS.map((name) => sql`${sql.id(name)}::numeric`),
  ];
  if (choosesCalls(filter)) {
    return sql`(select project_id::text as d0, provider as d1, model as d2, coalesce(service_tier, '') as d3,
        coalesce(key_id, 0)::text as d4, coalesce(feature, '') as d5, coalesce(environment, '') as d6, ${sql.join(columns('records'))}
      from usage_calls where ${recordConditions(filter)}) as cells`;
  }
  const { sums } = await chooseCells(tx, {
    period: filter.period,
    filter,
    dimensions: DIMENSIONS,
    timeZone: organization.timeZone,
    bucket: undefined,
    calendar: (await readCalendars(tx, organization.id)).active,
    metrics: ['calls'],
  });
  return usageCells({ ...sums, columns });
}

function chargesOf(row: CellRow, about: Pick<Charge, 'organization' | 'project' | 'key' | 'day' | 'month'>): Charge[] {
  const shared = {
    ...about,
    provider: row.d1,
    model: row.d2,
    serviceTier: row.d3,
    feature: row.d5,
    environment: row.d6,
  };
  const charges: Charge[] = [];
  for (const name of TOKEN_COLUMNS) {
    const [quantity, costPicoUsd] = [row[`${name}_tokens`], row[`${name}_pico_usd`]];
    if (quantity === 0n && costPicoUsd === 0n) continue;
    charges.push({ ...shared, costClass: tokenClassOf(name), unit: 'Tokens', quantity, costPicoUsd });
  }
  for (const name of ['units', 'tools'] as const) {
    const costPicoUsd = row[`${name}_pico_usd`];
    if (costPicoUsd !== 0n) charges.push({ ...shared, costClass: name, unit: null, quantity: null, costPicoUsd });
  }
  const unknown = row.unpriced_calls + row.unreadable_calls;
  if (unknown > 0n) {
    charges.push({ ...shared, costClass: 'unpriced', unit: 'Requests', quantity: unknown, costPicoUsd: 0n });
  }
  return charges;
}

function monthOf(day: Day, months: readonly Date[], timeZone: string): Charge['month'] {
  const start = months.findLast((month) => month <= day.start) ?? day.start;
  // Longer than any month, and shorter than any two.
  const [, next = day.end] = bucketStarts({ from: start, to: new Date(start.getTime() + 40 * DAY) }, 'month', timeZone);
  return { start, end: next };
}
