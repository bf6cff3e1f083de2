import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import {
  MAX_UNPRICED_MODELS,
  type Unpriced,
  type UnpricedModel,
  type UnpricedQuery,
} from '../../contract/recosting.ts';
import { TOKEN_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import { invalidField } from '../../errors.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { ROLLUP_BUCKET_MS } from '../usage/fold-rollup.ts';
import { remeterRecord } from '../usage/remeter-record.ts';
import { bucketStarts } from '../usage/time-buckets.ts';
import { type OrganizationPricing, readPricing } from './load-pricing.ts';
import { monthsOf } from './tally.ts';
import { type StoredRecord, storedColumns } from './walk-records.ts';

const DEFAULT_DAYS = 90;

interface Period {
  from: Date;
  to: Date;
}

/**
 * Which calls of an organization have no cost, why, and whether they would have one with today's prices and readers; and
 * how many of all calls have one. The period is widened to whole quarters of an hour.
 * @throws AppError `invalid_request` for a period that is none, `not_found` for a project that is not the organization's
 */
export async function listUnpriced(
  tx: Db,
  organization: { id: number; timeZone: string },
  query: UnpricedQuery,
  now: Date,
): Promise<Unpriced> {
  const period = readPeriod(query, now);
  const projectIds = await chooseProjects(tx, organization.id, query.projectId);
  const { coverage, months } = await readCoverage(tx, organization.timeZone, period, projectIds);
  const groups = await readGroups(tx, period, projectIds);
  const pricing = groups.length > 0 ? await readPricing(tx, organization.id) : undefined;
  const samples = await readSamples(tx, projectIds, groups);
  return {
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    timeZone: organization.timeZone,
    coverage,
    months,
    models: groups.map((group, i) => toModel(group, pricing, samples[i])),
    modelsLeftOff: Number(groups[0]?.all ?? 0n) - groups.length,
  };
}

function readPeriod(query: UnpricedQuery, now: Date): Period {
  const to = query.to === undefined ? now : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - DEFAULT_DAYS * DAY) : new Date(query.from);
  if (from >= to) throw invalidField('to', 'must be later than `from`');
  return {
    from: new Date(Math.floor(from.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS),
    to: new Date(Math.ceil(to.getTime() / ROLLUP_BUCKET_MS) * ROLLUP_BUCKET_MS),
  };
}

async function readCoverage(
  tx: Db,
  timeZone: string,
  period: Period,
  projectIds: readonly number[],
): Promise<Pick<Unpriced, 'coverage' | 'months'>> {
  const starts = bucketStarts(period, 'month', timeZone);
  const { rows } = await sql<{ month: number; calls: bigint; unpriced: bigint; unreadable: bigint }>`
    select width_bucket(bucket, ${starts.map((start) => start.toISOString())}::timestamptz[]) - 1 as month,
      sum(calls) as calls, sum(unpriced_calls) as unpriced, sum(unreadable_calls) as unreadable
    from usage_15m
    where project_id = any(${[...projectIds]}::integer[]) and bucket >= ${period.from} and bucket < ${period.to}
    group by 1`.execute(tx);
  const nameOf = monthsOf(period, timeZone);
  const months = starts.map((start, index) => {
    const row = rows.find(({ month }) => month === index);
    return { month: nameOf(start), ...coverageOf(row?.calls ?? 0n, row?.unpriced ?? 0n, row?.unreadable ?? 0n) };
  });
  const sum = (column: 'calls' | 'unpriced' | 'unreadable') => rows.reduce((total, row) => total + row[column], 0n);
  return { coverage: coverageOf(sum('calls'), sum('unpriced'), sum('unreadable')), months };
}

const coverageOf = (calls: bigint, unpriced: bigint, unreadable: bigint) => ({
  calls: Number(calls),
  pricedCalls: Number(calls - unpriced - unreadable),
  unpricedCalls: Number(unpriced),
  unreadableCalls: Number(unreadable),
});

interface Group {
  provider: string;
  model: string;
  source: string;
  cost_status: 'unpriced' | 'unreadable';
  reason: string | null;
  calls: bigint;
  tokens: bigint;
  first_seen: Date;
  last_seen: Date;
  all: bigint;
}

const tokens = sql.join(
  TOKEN_COLUMNS.map((name) => sql`coalesce(${sql.id(`${name}_tokens`)}::bigint, 0)`),
  sql` + `,
);

/** Read by the index of the records without a cost. */
async function readGroups(tx: Db, period: Period, projectIds: readonly number[]): Promise<Group[]> {
  const { rows } = await sql<Group>`
    select provider, model, source, cost_status, price_match as reason, count(*) as calls, sum(${tokens}) as tokens,
      min(ts) as first_seen, max(ts) as last_seen,
      count(*) over () as all
    from usage_calls
    where project_id = any(${[...projectIds]}::integer[]) and ts >= ${period.from} and ts < ${period.to}
      and cost_status <> 'priced' and duplicate_of is null
    group by provider, model, source, cost_status, price_match
    order by calls desc, provider, model, source, reason
    limit ${MAX_UNPRICED_MODELS}`.execute(tx);
  return rows;
}

/** The newest call of each group, which stands for the others. */
async function readSamples(
  tx: Db,
  projectIds: readonly number[],
  groups: readonly Group[],
): Promise<(StoredRecord | undefined)[]> {
  if (groups.length === 0) return [];
  const texts = (value: (group: Group) => string | null) => groups.map(value);
  const { rows } = await sql<StoredRecord & { group_number: bigint }>`
    select sample.*, g.group_number
    from unnest(${texts((g) => g.last_seen.toISOString())}::timestamptz[], ${texts((g) => g.provider)}::text[],
      ${texts((g) => g.model)}::text[], ${texts((g) => g.source)}::text[], ${texts((g) => g.reason)}::text[])
      with ordinality as g (last_seen, provider, model, source, reason, group_number)
    cross join lateral (
      select ${storedColumns('r')} from usage_calls r
      where r.project_id = any(${[...projectIds]}::integer[]) and r.ts = g.last_seen and r.cost_status <> 'priced'
        and r.provider = g.provider and r.model = g.model and r.source = g.source
        and r.price_match is not distinct from g.reason and r.duplicate_of is null
      limit 1) as sample`.execute(tx);
  const samples = new Map(rows.map((row) => [Number(row.group_number), row]));
  return groups.map((_, i) => samples.get(i + 1));
}

function toModel(
  group: Group,
  pricing: OrganizationPricing | undefined,
  sample: StoredRecord | undefined,
): UnpricedModel {
  const { provider, model, source } = group;
  const now = pricing && sample && remeterRecord(sample, pricing);
  return {
    provider,
    model,
    source,
    costStatus: group.cost_status,
    reason: group.reason ?? '',
    calls: Number(group.calls),
    tokens: Number(group.tokens),
    firstSeen: group.first_seen.toISOString(),
    lastSeen: group.last_seen.toISOString(),
    now: {
      costStatus: now?.costStatus ?? group.cost_status,
      reason: now ? now.priceMatch : group.reason,
      priceKey: pricing?.catalog.resolve({ provider, model, region: sample?.region ?? undefined })?.key ?? null,
    },
  };
}
