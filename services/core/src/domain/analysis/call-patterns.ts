import { sql } from 'kysely';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import type { Subject } from './usage-figures.ts';

/** Enough to see a habit, and read in a moment. */
const LATEST_CALLS = 20_000;
const MAX_PATTERNS = 25;
const MAX_VALUES = 8;

export interface CallPattern {
  feature: string;
  provider: string;
  model: string;
  figures: Record<string, number>;
}

interface Row {
  feature: string;
  provider: string;
  model: string;
  calls: number;
  background: number;
  streamed: number;
  truncated: number;
  retried: number;
  hashed: number;
  distinct_requests: number;
  prefixed: number;
  distinct_prefixes: number;
  prompt_tokens: number;
  output_tokens: number;
  max_output_tokens: number | null;
}

/** How the latest calls are made, by feature and model: what sums of tokens do not tell. */
export async function readCallPatterns(tx: Db, subject: Subject): Promise<CallPattern[]> {
  const { rows } = await sql<Row>`
    with latest as (
      select coalesce(feature, '') as feature, provider, model, interactive, streamed, finish_reason, attempts, request_hash,
        prefix_hash, output_tokens, max_output_tokens,
        coalesce(input_tokens, 0) + coalesce(cache_read_tokens, 0) + coalesce(cache_write_5m_tokens, 0)
          + coalesce(cache_write_1h_tokens, 0) as prompt_tokens
      from usage_calls
      where project_id = any(${[...subject.projectIds]}::integer[]) and ts >= ${subject.from} and ts < ${subject.to}
        and duplicate_of is null
      order by ts desc limit ${LATEST_CALLS}
    )
    select feature, provider, model, count(*)::float8 as calls,
      count(*) filter (where not interactive)::float8 as background,
      count(*) filter (where streamed)::float8 as streamed,
      count(*) filter (where finish_reason in ('length', 'max_tokens', 'MAX_TOKENS'))::float8 as truncated,
      count(*) filter (where attempts > 1)::float8 as retried,
      count(request_hash)::float8 as hashed, count(distinct request_hash)::float8 as distinct_requests,
      count(prefix_hash)::float8 as prefixed, count(distinct prefix_hash)::float8 as distinct_prefixes,
      round(avg(prompt_tokens))::float8 as prompt_tokens, round(avg(output_tokens))::float8 as output_tokens,
      round(avg(max_output_tokens))::float8 as max_output_tokens
    from latest
    group by feature, provider, model
    order by calls desc, feature, provider, model
    limit ${MAX_PATTERNS}`.execute(tx);
  return rows.map(({ feature, provider, model, ...row }) => ({ feature, provider, model, figures: figuresOf(row) }));
}

function figuresOf(row: Omit<Row, 'feature' | 'provider' | 'model'>): Record<string, number> {
  const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.round((part / whole) * 1_000) / 1_000);
  const all = {
    calls: row.calls,
    backgroundShare: share(row.background, row.calls),
    streamedShare: share(row.streamed, row.calls),
    truncatedShare: share(row.truncated, row.calls),
    retriedShare: share(row.retried, row.calls),
    repeatedRequestShare: share(row.hashed - row.distinct_requests, row.hashed),
    repeatedPrefixShare: share(row.prefixed - row.distinct_prefixes, row.prefixed),
    averagePromptTokens: row.prompt_tokens ?? 0,
    averageOutputTokens: row.output_tokens ?? 0,
    averageMaxOutputTokens: row.max_output_tokens ?? 0,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 0));
}

/** What few calls say, and no rollup has: of the latest calls, by what they asked for and how they failed. */
export async function readLatestValues(
  tx: Db,
  subject: Subject,
  column: 'reasoning_effort' | 'error_type',
): Promise<{ value: string; calls: number; cost: string }[]> {
  const { rows } = await sql<{ value: string; calls: number; total: bigint }>`
    with latest as (
      select ${sql.id(column)} as value, total_pico_usd from usage_calls
      where project_id = any(${[...subject.projectIds]}::integer[]) and ts >= ${subject.from} and ts < ${subject.to}
        and duplicate_of is null
      order by ts desc limit ${LATEST_CALLS}
    )
    select value, count(*)::float8 as calls, coalesce(sum(total_pico_usd), 0) as total from latest
    where value is not null group by value order by calls desc, value limit ${MAX_VALUES}`.execute(tx);
  return rows.map(({ value, calls, total }) => ({
    value,
    calls,
    cost: formatPicoUsd(total).replace(/(\.\d{6})\d+$/, '$1'),
  }));
}
