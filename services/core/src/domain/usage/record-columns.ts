import {
  type EncodeArray,
  int2Array,
  int4Array,
  int8Array,
  int8FromHexArray,
  jsonbArray,
  textArray,
  timestampArray,
  uuidArray,
} from '../../db/binary-array.ts';
import { COST_COLUMNS, TOKEN_COLUMNS } from '../../db/columns.ts';
import type { UnnestColumn } from '../../db/unnest.ts';
import type { PreparedRecord } from './prepared-record.ts';

type RecordColumn = UnnestColumn<PreparedRecord>;

const column = (name: string, travels: string, encode: EncodeArray<PreparedRecord>): RecordColumn => ({
  name,
  travels,
  encode,
});

const integer = (name: string, value: (record: PreparedRecord) => number | null | undefined) =>
  column(name, 'integer', int4Array(value));
const bigint = (name: string, value: (record: PreparedRecord) => bigint | null | undefined) =>
  column(name, 'bigint', int8Array(value));
const uuid = (name: string, value: (record: PreparedRecord) => string | null) => column(name, 'uuid', uuidArray(value));
const hash = (name: string, value: (record: PreparedRecord) => string | null) =>
  column(name, 'bigint', int8FromHexArray(value));
const text = (name: string, value: (record: PreparedRecord) => string | null) => column(name, 'text', textArray(value));
const json = (name: string, value: (record: PreparedRecord) => unknown) => column(name, 'jsonb', jsonbArray(value));

/** As OpenTelemetry writes a trace id, which comes back from the database letter by letter. */
const isTraceUuid = (traceId: string | null): boolean => traceId?.length === 32 && LOWER_HEX.test(traceId);
const LOWER_HEX = /^[0-9a-f]+$/;

/** How each column of `usage_records` is filled that a record has for itself; `resolveSeries` fills the others. Most batches have few classes of tokens; the others travel as one NULL. */
export const RECORD_COLUMNS: readonly RecordColumn[] = [
  integer('project_id', (r) => r.projectId),
  column(
    'ts',
    'timestamptz',
    timestampArray((r) => r.ts.getTime()),
  ),
  uuid('event_id', (r) => r.eventId),
  integer('price_version_id', (r) => r.priceVersionId),
  integer('latency_ms', (r) => r.latencyMs),
  integer('time_to_first_token_ms', (r) => r.timeToFirstTokenMs),
  integer('max_output_tokens', (r) => r.maxOutputTokens),
  column(
    'attempts',
    'smallint',
    int2Array((r) => r.attempts),
  ),
  { ...text('status', (r) => r.status), cast: 'call_status' },
  { ...text('cost_status', (r) => r.costStatus), cast: 'cost_status' },
  bigint('total_pico_usd', (r) => r.totalPicoUsd),
  bigint('reported_pico_usd', (r) => r.reportedPicoUsd),
  // Half of the sender's 128 bits tells a project's calls apart.
  hash('request_hash', (r) => r.requestHash),
  hash('prefix_hash', (r) => r.prefixHash),
  text('price_match', (r) => r.priceMatch),
  text('service_tier', (r) => r.serviceTier),
  text('speed', (r) => r.speed),
  text('region', (r) => r.region),
  text('error_type', (r) => r.errorType),
  text('end_user', (r) => r.endUser),
  text('session', (r) => r.session),
  text('customer', (r) => r.customer),
  uuid('trace_uuid', (r) => (isTraceUuid(r.traceId) ? r.traceId : null)),
  text('trace_text', (r) => (isTraceUuid(r.traceId) ? null : r.traceId)),
  text('response_id', (r) => r.responseId),
  // An array of arrays would have to be rectangular: each travels as its own literal. Reasons are names of ours.
  { ...text('approximate', (r) => (r.approximate.length > 0 ? `{${r.approximate.join()}}` : null)), cast: 'text[]' },
  json('tags', (r) => r.tags),
  json('units', (r) => r.units),
  json('tools', (r) => r.tools),
  json('raw_usage', (r) => r.rawUsage),
  text('prompt_text', (r) => r.promptText),
  text('response_text', (r) => r.responseText),
  ...TOKEN_COLUMNS.map((name) => integer(`${name}_tokens`, (r) => r.tokens[name])),
  ...COST_COLUMNS.map((name) => bigint(`${name}_pico_usd`, (r) => r.costs[name])),
];
