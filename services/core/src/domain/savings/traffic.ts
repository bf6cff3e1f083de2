import { type RawBuilder, sql } from 'kysely';
import { TOKEN_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import { INPUT_TOKEN_CLASSES, TOKEN_CLASSES } from '../../usage/normal-form.ts';
import { tokenClassOf, tokenColumnOf } from '../usage/class-columns.ts';
import { SIZE_BOUNDS, type Tokens } from './rates.ts';

/** Whose calls, and of which time. */
export interface Span {
  projectId: number;
  from: Date;
  to: Date;
}

/** Where in the code calls come from, and what they call: what a person would change. */
export interface Spot {
  /** Empty: the caller does not say. */
  feature: string;
  provider: string;
  model: string;
}

/** Sums of calls of one spot that are priced alike. */
export interface Traffic extends Spot {
  tier: string | null;
  region: string | null;
  speed: string | null;
  band: number;
  calls: bigint;
  /** What was paid for them. */
  costPicoUsd: bigint;
  tokens: Tokens;
}

/** The dearest come first; what is beyond is too little to be a recommendation. */
const MAX_ROWS = 5_000;

const sumOf = (columns: readonly string[], table = 'c') =>
  sql.join(
    columns.map((column) => sql`coalesce(${sql.id(table, column)}, 0)`),
    sql` + `,
  );

/** All tokens of a prompt, of a call under the name `c`. */
export const PROMPT = sql`(${sumOf(INPUT_TOKEN_CLASSES.map((name) => `${tokenColumnOf(name)}_tokens`))})`;
export const ALL_TOKENS = sql`(${sumOf(TOKEN_COLUMNS.map((name) => `${name}_tokens`))})`;
export const CACHED = sql`(coalesce(c.cache_read_tokens, 0) + coalesce(c.cache_write_5m_tokens, 0) + coalesce(c.cache_write_1h_tokens, 0))`;

/** What holds of the span's calls that have a price, each once, under the name `c`. */
export const inSpan = ({ projectId, from, to }: Span): RawBuilder<unknown> => sql`
  c.project_id = ${projectId} and c.ts >= ${from} and c.ts < ${to} and c.duplicate_of is null and c.cost_status = 'priced'`;

/** They, to be read from; more conditions may follow. */
export const callsOf = (span: Span): RawBuilder<unknown> => sql`usage_calls c where ${inSpan(span)}`;

/** How many bounds the prompt exceeds: `width_bucket` counts those that it reaches. */
const BAND = sql`width_bucket(${PROMPT}, array[${sql.join(SIZE_BOUNDS.map((bound) => sql.lit(bound + 1)))}])`;

export const SPOT_COLUMNS = sql`coalesce(c.feature, '') as feature, c.provider, c.model`;

/** What calls of one spot have to share to be priced alike; the first seven columns of a row. */
export const TRAFFIC_COLUMNS = sql`${SPOT_COLUMNS}, coalesce(c.service_tier, c.requested_tier) as tier, c.region, c.speed,
  ${BAND} as band`;
export const BY_TRAFFIC = sql.raw('1, 2, 3, 4, 5, 6, 7');

export const SUM_COLUMNS = sql`count(*) as calls, coalesce(sum(c.total_pico_usd), 0) as cost, ${sql.join(
  TOKEN_COLUMNS.map((name) => sql`sum(${sql.id('c', `${name}_tokens`)}) as ${sql.id(`${name}_tokens`)}`),
)}`;

export type TrafficRow = Spot & {
  tier: string | null;
  region: string | null;
  speed: string | null;
  band: number;
  calls: bigint;
  cost: bigint;
} & Record<`${(typeof TOKEN_COLUMNS)[number]}_tokens`, bigint | null>;

export function toTraffic(row: TrafficRow): Traffic {
  const tokens: Tokens = {};
  for (const column of TOKEN_COLUMNS) {
    const count = row[`${column}_tokens`];
    if (count) tokens[tokenClassOf(column)] = count;
  }
  const { feature, provider, model, tier, region, speed, band, calls, cost } = row;
  return { feature, provider, model, tier, region, speed, band, calls, costPicoUsd: cost, tokens };
}

/** Rows of sums, the dearest first. `query` has their amount as `cost`, and no order. */
export async function readDearest<Row extends { costPicoUsd: bigint }>(
  db: Db,
  query: RawBuilder<unknown>,
): Promise<Row[]> {
  const { rows } = await sql<Omit<Row, 'costPicoUsd'> & { cost: bigint }>`
    ${query} order by cost desc limit ${MAX_ROWS}`.execute(db);
  return rows.map(({ cost, ...row }) => ({ ...row, costPicoUsd: cost }) as unknown as Row);
}

/** All that is known of a spot's calls together. */
export interface SpotSums extends Spot {
  calls: bigint;
  costPicoUsd: bigint;
  okCalls: bigint;
  okCostPicoUsd: bigint;
  outputTokens: bigint;
  outputCostPicoUsd: bigint;
  medianOutput: number;
  attempts: bigint;
  first: Date;
}

type SpotSum = 'calls' | 'cost' | 'ok_calls' | 'ok_cost' | 'output_tokens' | 'output_cost' | 'median' | 'attempts';

export async function readSpots(db: Db, span: Span): Promise<SpotSums[]> {
  const { rows } = await sql<Spot & { first: Date } & Record<SpotSum, bigint | number | null>>`
    select ${SPOT_COLUMNS}, count(*) as calls, sum(c.total_pico_usd) as cost,
      count(*) filter (where c.status = 'ok') as ok_calls,
      coalesce(sum(c.total_pico_usd) filter (where c.status = 'ok'), 0) as ok_cost,
      coalesce(sum(c.output_tokens), 0) as output_tokens, coalesce(sum(c.output_pico_usd), 0) as output_cost,
      percentile_disc(0.5) within group (order by coalesce(c.output_tokens, 0)) filter (where c.status = 'ok') as median,
      coalesce(sum(c.attempts), 0) as attempts, min(c.ts) as first
    from ${callsOf(span)}
    group by 1, 2, 3
    order by cost desc
    limit ${MAX_ROWS}`.execute(db);
  return rows.map((row) => ({
    feature: row.feature,
    provider: row.provider,
    model: row.model,
    calls: BigInt(row.calls ?? 0),
    costPicoUsd: BigInt(row.cost ?? 0),
    okCalls: BigInt(row.ok_calls ?? 0),
    okCostPicoUsd: BigInt(row.ok_cost ?? 0),
    outputTokens: BigInt(row.output_tokens ?? 0),
    outputCostPicoUsd: BigInt(row.output_cost ?? 0),
    medianOutput: Number(row.median ?? 0),
    attempts: BigInt(row.attempts ?? 0),
    first: row.first,
  }));
}

export const tokensOf = (tokens: Tokens): bigint => TOKEN_CLASSES.reduce((sum, name) => sum + (tokens[name] ?? 0n), 0n);

export const spotKey = ({ feature, provider, model }: Spot): string => JSON.stringify([feature, provider, model]);

/** Rows of the same spot together, in the order in which they come. */
export function bySpot<Row extends Spot>(rows: readonly Row[]): { spot: Spot; rows: Row[] }[] {
  const groups = new Map<string, { spot: Spot; rows: Row[] }>();
  for (const row of rows) {
    const key = spotKey(row);
    const group = groups.get(key) ?? {
      spot: { feature: row.feature, provider: row.provider, model: row.model },
      rows: [],
    };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()];
}
