import { formatPicoUsd } from '../../cost/money.ts';
import { COST_COLUMNS, TOKEN_COLUMNS, type TokenColumn } from '../../db/columns.ts';
import type { UsageRecordTable } from '../../db/tables.ts';
import { tokenClassOf } from '../usage/class-columns.ts';
import { tokensOf } from '../usage/list-records.ts';
import type { PageRow } from '../usage/page-records.ts';
import type { Column } from './file-text.ts';

/** All that a record says but what only JSON can hold. */
export const CSV_FIELDS = [
  'project_id',
  'event_id',
  'ts',
  'received_at',
  'provider',
  'model',
  'feature',
  'environment',
  'end_user',
  'customer',
  'session',
  'key_id',
  'source',
  'status',
  'error_type',
  'finish_reason',
  'cost_status',
  'total_pico_usd',
  'reported_pico_usd',
  'price_version_id',
  'price_match',
  'approximate',
  'recosting_id',
  'duplicate_of',
  'latency_ms',
  'time_to_first_token_ms',
  'attempts',
  'streamed',
  'interactive',
  'max_output_tokens',
  'service_tier',
  'requested_tier',
  'speed',
  'region',
  'reasoning_effort',
  'trace_id',
  'response_id',
  'request_hash',
  'prefix_hash',
  'tags',
  'units',
  'tools',
  ...TOKEN_COLUMNS.map((name) => `${name}_tokens` as const),
  ...COST_COLUMNS.map((name) => `${name}_pico_usd` as const),
] as const satisfies readonly (keyof UsageRecordTable)[];

export const JSON_FIELDS = [
  ...CSV_FIELDS,
  'raw_usage',
  'prompt_text',
  'response_text',
] as const satisfies readonly (keyof UsageRecordTable)[];

export type CsvRow = PageRow<(typeof CSV_FIELDS)[number]>;
export type JsonRow = PageRow<(typeof JSON_FIELDS)[number]>;

/** Names of projects by their ids. */
export type ProjectNames = ReadonlyMap<number, string>;

const usd = (amount: bigint | null) => (amount === null ? null : formatPicoUsd(amount));
const json = (value: object | null) => (value === null ? null : JSON.stringify(value));
const text = (name: string, value: Column<CsvRow>['value']): Column<CsvRow> => ({ name, kind: 'text', value });
const number = (name: string, value: Column<CsvRow>['value']): Column<CsvRow> => ({ name, kind: 'number', value });

/** The columns of a CSV. They are only ever added to, at the end. */
export const recordColumns = (projects: ProjectNames): Column<CsvRow>[] => [
  number('project_id', (row) => row.project_id),
  text('project', (row) => projects.get(row.project_id)),
  text('id', (row) => row.event_id),
  text('timestamp', (row) => row.ts.toISOString()),
  text('received_at', (row) => row.received_at.toISOString()),
  text('provider', (row) => row.provider),
  text('model', (row) => row.model),
  text('feature', (row) => row.feature),
  text('environment', (row) => row.environment),
  text('user', (row) => row.end_user),
  text('customer', (row) => row.customer),
  text('session', (row) => row.session),
  number('key_id', (row) => row.key_id),
  text('source', (row) => row.source),
  text('status', (row) => row.status),
  text('error_type', (row) => row.error_type),
  text('finish_reason', (row) => row.finish_reason),
  text('cost_status', (row) => row.cost_status),
  number('cost_usd', (row) => usd(row.total_pico_usd)),
  number('reported_cost_usd', (row) => usd(row.reported_pico_usd)),
  number('price_version', (row) => row.price_version_id),
  text('price_match', (row) => row.price_match),
  text('approximate', (row) => row.approximate?.join(' ')),
  number('recosting_id', (row) => row.recosting_id),
  text('duplicate_of', (row) => row.duplicate_of),
  number('latency_ms', (row) => row.latency_ms),
  number('time_to_first_token_ms', (row) => row.time_to_first_token_ms),
  number('attempts', (row) => row.attempts),
  text('streamed', (row) => row.streamed),
  text('interactive', (row) => row.interactive),
  number('max_output_tokens', (row) => row.max_output_tokens),
  text('service_tier', (row) => row.service_tier),
  text('requested_tier', (row) => row.requested_tier),
  text('speed', (row) => row.speed),
  text('region', (row) => row.region),
  text('reasoning_effort', (row) => row.reasoning_effort),
  text('trace_id', (row) => row.trace_id),
  text('response_id', (row) => row.response_id),
  text('request_hash', (row) => row.request_hash),
  text('prefix_hash', (row) => row.prefix_hash),
  text('tags', (row) => json(row.tags)),
  text('units', (row) => json(row.units)),
  text('tools', (row) => json(row.tools)),
  ...TOKEN_COLUMNS.map((name) => number(`${name}_tokens`, (row) => row[`${name}_tokens`])),
  ...COST_COLUMNS.map((name) => number(`${name}_cost_usd`, (row) => usd(row[`${name}_pico_usd`]))),
];

const isTokenColumn = (name: string): name is TokenColumn => TOKEN_COLUMNS.some((column) => column === name);

/** What a cost is called in JSON, by its column. */
const COST_NAMES = COST_COLUMNS.map(
  (name) => [`${name}_pico_usd`, isTokenColumn(name) ? tokenClassOf(name) : name] as const,
);

function costsOf(row: JsonRow): Record<string, string> {
  const costs: Record<string, string> = {};
  for (const [column, name] of COST_NAMES) {
    const amount = row[column];
    if (amount !== null) costs[name] = formatPicoUsd(amount);
  }
  return costs;
}

/** A record in the words of the API. */
export const recordJson = (projects: ProjectNames) => (row: JsonRow) => ({
  projectId: row.project_id,
  project: projects.get(row.project_id) ?? null,
  id: row.event_id,
  timestamp: row.ts.toISOString(),
  receivedAt: row.received_at.toISOString(),
  provider: row.provider,
  model: row.model,
  feature: row.feature,
  environment: row.environment,
  user: row.end_user,
  customer: row.customer,
  session: row.session,
  keyId: row.key_id,
  source: row.source,
  status: row.status,
  errorType: row.error_type,
  finishReason: row.finish_reason,
  costStatus: row.cost_status,
  cost: usd(row.total_pico_usd),
  costs: costsOf(row),
  tokens: tokensOf(row),
  reportedCost: usd(row.reported_pico_usd),
  priceVersion: row.price_version_id,
  priceMatch: row.price_match,
  approximate: row.approximate ?? [],
  recostingId: row.recosting_id,
  duplicateOf: row.duplicate_of,
  latencyMs: row.latency_ms,
  timeToFirstTokenMs: row.time_to_first_token_ms,
  attempts: row.attempts,
  streamed: row.streamed,
  interactive: row.interactive,
  maxOutputTokens: row.max_output_tokens,
  serviceTier: row.service_tier,
  requestedTier: row.requested_tier,
  speed: row.speed,
  region: row.region,
  reasoningEffort: row.reasoning_effort,
  traceId: row.trace_id,
  responseId: row.response_id,
  requestHash: row.request_hash,
  prefixHash: row.prefix_hash,
  tags: row.tags ?? {},
  units: row.units ?? {},
  tools: row.tools ?? {},
  rawUsage: row.raw_usage,
  content:
    row.prompt_text === null && row.response_text === null
      ? null
      : { prompt: row.prompt_text, response: row.response_text },
});
