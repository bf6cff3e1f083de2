import { plainArray, textArray } from '../../db/array-literal.ts';
import { COST_COLUMNS, TOKEN_COLUMNS } from '../../db/columns.ts';
import type { UnnestColumn } from '../../db/unnest.ts';
import type { PreparedRecord } from './prepared-record.ts';

type RecordColumn = UnnestColumn<PreparedRecord>;

type Plain = number | bigint | boolean | null | undefined;
type Text = string | null | undefined;

const plain = (name: string, type: string, value: (record: PreparedRecord) => Plain): RecordColumn => ({
  name,
  type,
  literal: (records) => plainArray(records.map(value)),
});

const text = (name: string, value: (record: PreparedRecord) => Text, type = 'text'): RecordColumn => ({
  name,
  type,
  literal: (records) => textArray(records.map(value)),
});

const json = (name: string, value: (record: PreparedRecord) => unknown): RecordColumn => ({
  name,
  type: 'jsonb',
  literal: (records) =>
    textArray(
      records.map((record) => {
        const content = value(record);
        return content === null || content === undefined ? null : JSON.stringify(content);
      }),
    ),
});

/** The columns that every batch writes. */
export const COMMON_COLUMNS: readonly RecordColumn[] = [
  plain('project_id', 'integer', (r) => r.projectId),
  text('ts', (r) => r.ts.toISOString(), 'timestamptz'),
  text('event_id', (r) => r.eventId, 'uuid'),
  plain('key_id', 'integer', (r) => r.keyId),
  plain('price_version_id', 'integer', (r) => r.priceVersionId),
  plain('latency_ms', 'integer', (r) => r.latencyMs),
  plain('time_to_first_token_ms', 'integer', (r) => r.timeToFirstTokenMs),
  plain('max_output_tokens', 'integer', (r) => r.maxOutputTokens),
  plain('attempts', 'smallint', (r) => r.attempts),
  plain('streamed', 'boolean', (r) => r.streamed),
  plain('interactive', 'boolean', (r) => r.interactive),
  text('status', (r) => r.status, 'call_status'),
  text('cost_status', (r) => r.costStatus, 'cost_status'),
  plain('total_pico_usd', 'bigint', (r) => r.totalPicoUsd),
  plain('reported_pico_usd', 'bigint', (r) => r.reportedPicoUsd),
  text('request_hash', (r) => r.requestHash, 'uuid'),
  text('prefix_hash', (r) => r.prefixHash, 'uuid'),
  text('source', (r) => r.source),
  text('provider', (r) => r.provider),
  text('model', (r) => r.model),
  text('price_match', (r) => r.priceMatch),
  text('service_tier', (r) => r.serviceTier),
  text('requested_tier', (r) => r.requestedTier),
  text('speed', (r) => r.speed),
  text('region', (r) => r.region),
  text('reasoning_effort', (r) => r.reasoningEffort),
  text('error_type', (r) => r.errorType),
  text('finish_reason', (r) => r.finishReason),
  text('feature', (r) => r.feature),
  text('environment', (r) => r.environment),
  text('end_user', (r) => r.endUser),
  text('session', (r) => r.session),
  text('customer', (r) => r.customer),
  text('trace_id', (r) => r.traceId),
  text('response_id', (r) => r.responseId),
  // An array of arrays would have to be rectangular: each travels as its own literal.
  {
    ...text('approximate', (r) => (r.approximate.length > 0 ? textArray(r.approximate) : null)),
    type: 'text[]',
  },
  json('tags', (r) => r.tags),
  json('units', (r) => r.units),
  json('tools', (r) => r.tools),
  json('raw_usage', (r) => r.rawUsage),
  text('prompt_text', (r) => r.promptText),
  text('response_text', (r) => r.responseText),
];

/** Columns by class of token and cost. Most batches fill few of them; the others are left out of the statement. */
export const CLASS_COLUMNS: readonly (RecordColumn & { occurs(record: PreparedRecord): boolean })[] = [
  ...TOKEN_COLUMNS.map((column) => ({
    ...plain(`${column}_tokens`, 'integer', (r) => r.tokens[column]),
    occurs: (r: PreparedRecord) => r.tokens[column] !== undefined,
  })),
  ...COST_COLUMNS.map((column) => ({
    ...plain(`${column}_pico_usd`, 'bigint', (r) => r.costs[column]),
    occurs: (r: PreparedRecord) => r.costs[column] !== undefined,
  })),
];
