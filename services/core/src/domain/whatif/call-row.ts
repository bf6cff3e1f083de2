import { type RawBuilder, sql } from 'kysely';
import type { UsageRecordTable } from '../../db/tables.ts';
import type { UsageSource } from '../../usage/sources.ts';

/**
 * Sources whose usage objects say nothing that a price could depend on but what has columns: tokens by class, tools, tier,
 * speed and region. Of the others the object itself is read again.
 */
const READ_INTO_COLUMNS: readonly UsageSource[] = [
  'openai.chat',
  'openai.responses',
  'openai.embeddings',
  'openai.realtime',
  'anthropic.messages',
  'gemini.generate-content',
  'bedrock.converse',
  'vercel-ai',
  'langchain',
  'otel.gen-ai',
  'groq.chat',
];

/** Seldom there: they travel as one column, which is almost always null. */
const MEDIA_COLUMNS = [
  'input_audio',
  'input_image',
  'input_video',
  'cache_read_audio',
  'cache_read_image',
  'cache_write_audio',
  'output_audio',
  'output_image',
  'output_video',
] as const;

type Column =
  | 'ts'
  | 'event_id'
  | 'source'
  | 'provider'
  | 'model'
  | 'feature'
  | 'total_pico_usd'
  | 'input_tokens'
  | 'cache_read_tokens'
  | 'cache_write_5m_tokens'
  | 'cache_write_1h_tokens'
  | 'output_tokens'
  | 'reasoning_tokens'
  | 'max_output_tokens'
  | 'requested_tier'
  | 'service_tier'
  | 'speed'
  | 'region'
  | 'units'
  | 'tools';

/** What of a record its cost depends on, and what it is counted by. */
export interface CallRow extends Pick<UsageRecordTable, Exclude<Column, 'ts'>> {
  ts: Date;
  /** Of the classes of media, by name of the token class's column; null without any. */
  media: Record<string, number> | null;
  /** The usage object, where it has to be read again. */
  raw_usage: unknown;
  /** It was read into something that the columns do not have, and is not kept any more. */
  is_erased: boolean;
  /** It failed before its first token and reported nothing, which costs nothing anywhere. */
  is_unbilled: boolean;
  /** The fee of a tool was not known before either. */
  lacked_fee: boolean;
}

const COLUMNS = [
  'ts',
  'event_id',
  'source',
  'provider',
  'model',
  'feature',
  'total_pico_usd',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'max_output_tokens',
  'requested_tier',
  'service_tier',
  'speed',
  'region',
  'units',
  'tools',
] as const satisfies readonly Column[];

/** The columns of a `CallRow`, of `usage_calls`. */
export const callColumns: RawBuilder<unknown> = sql`
  ${sql.join(COLUMNS.map((column) => sql.id(column)))},
  case when coalesce(${sql.join(MEDIA_COLUMNS.map((name) => sql.id(`${name}_tokens`)))}) is not null
    then jsonb_strip_nulls(jsonb_build_object(
      ${sql.join(MEDIA_COLUMNS.map((name) => sql`${sql.lit(name)}, ${sql.id(`${name}_tokens`)}`))})) end as media,
  case when source = any(${sql.lit(`{${READ_INTO_COLUMNS.join()}}`)}::text[]) then null
    when source = 'normalized' and not raw_usage ?| array['units', 'traits'] then null
    else raw_usage end as raw_usage,
  raw_usage is null and units is null and units_pico_usd is not null as is_erased,
  coalesce(approximate @> array['no_usage_reported'], false) as is_unbilled,
  coalesce(approximate @> array['tool_fee_missing'], false) as lacked_fee`;
