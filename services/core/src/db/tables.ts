import type { ColumnType, Generated } from 'kysely';
import type { ExportFormat, ExportState, RecordSelection } from '../contract/exports.ts';
import type { RecostingFailure, RecostingState, RecostingStep } from '../contract/recosting.ts';
import type { CostColumn, TokenColumn } from './columns.ts';

/** The tables as Kysely sees them. `migrations/` is the truth; the comments there say what each column means. */
export interface Database {
  organizations: OrganizationTable;
  users: UserTable;
  memberships: MembershipTable;
  sessions: SessionTable;
  refresh_tokens: RefreshTokenTable;
  one_time_links: OneTimeLinkTable;
  second_factors: SecondFactorTable;
  recovery_codes: RecoveryCodeTable;
  openid_identities: OpenIdIdentityTable;
  projects: ProjectTable;
  api_keys: ApiKeyTable;
  price_versions: PriceVersionTable;
  price_syncs: PriceSyncTable;
  price_sync_changes: PriceSyncChangeTable;
  price_overrides: PriceOverrideTable;
  model_aliases: ModelAliasTable;
  usage_records: Pick<UsageRecordTable, 'project_id' | 'ts' | 'event_id'>;
  usage_calls: UsageRecordTable;
  usage_15m: Usage15mTable;
  usage_touched: UsageTouchedTable;
  calendars: CalendarTable;
  recostings: RecostingTable;
  recosting_lines: RecostingLineTable;
  invitations: InvitationTable;
  personal_tokens: PersonalTokenTable;
  audit_log: AuditLogTable;
  deletions: DeletionTable;
  exports: ExportTable;
  export_chunks: ExportChunkTable;
}

/** Set by the database when not given, and never changed. */
type CreatedAt = ColumnType<Date, Date | undefined, never>;

interface OrganizationTable {
  id: Generated<number>;
  name: string;
  time_zone: Generated<string>;
  plan: Generated<'free' | 'pro' | 'enterprise'>;
  retention_days: Generated<number>;
  created_at: CreatedAt;
  deleting_at: Date | null;
}

interface UserTable {
  id: Generated<number>;
  email: string;
  name: string;
  password_hash: string;
  has_password: Generated<boolean>;
  password_changed_at: Generated<Date>;
  email_confirmed_at: Date | null;
  created_at: CreatedAt;
}

interface MembershipTable {
  organization_id: number;
  user_id: number;
  role: 'owner' | 'admin' | 'member' | 'viewer';
  created_at: CreatedAt;
}

interface SessionTable {
  id: string;
  user_id: number;
  created_at: CreatedAt;
  expires_at: Date;
  revoked_at: Date | null;
  user_agent: string | null;
  address: string | null;
  last_used_at: Generated<Date>;
  organization_id: number | null;
}

interface RefreshTokenTable {
  hash: Buffer;
  session_id: string;
  user_id: number;
  created_at: CreatedAt;
  used_at: Date | null;
  nonce: Buffer | null;
}

interface OneTimeLinkTable {
  hash: Buffer;
  purpose: 'register' | 'reset_password' | 'confirm_email';
  user_id: number | null;
  email: string | null;
  created_by: number | null;
  created_at: CreatedAt;
  expires_at: Date;
  used_at: Date | null;
}

interface SecondFactorTable {
  user_id: number;
  sealed_secret: Buffer;
  created_at: CreatedAt;
  confirmed_at: Date | null;
  last_step: Generated<bigint>;
}

interface OpenIdIdentityTable {
  hash: Buffer;
  user_id: number;
  issuer: string;
  created_at: Date;
  last_used_at: Date;
}

interface RecoveryCodeTable {
  user_id: number;
  hash: Buffer;
  used_at: Date | null;
}

interface ProjectTable {
  id: Generated<number>;
  organization_id: number;
  name: string;
  demo: Generated<boolean>;
  capture_content: Generated<boolean>;
  created_at: CreatedAt;
  deleting_at: Date | null;
  archived_at: Date | null;
}

interface ApiKeyTable {
  id: Generated<number>;
  project_id: number;
  name: string;
  prefix: string;
  hash: Buffer;
  created_by: number | null;
  created_at: CreatedAt;
  last_used_at: Date | null;
  expires_at: Date | null;
  revoked_at: Date | null;
  scopes: Generated<('ingest' | 'read')[]>;
  replaces: number | null;
}

interface PriceVersionTable {
  id: Generated<number>;
  model_key: string;
  /** `-infinity` comes as the number -Infinity. */
  effective_from: ColumnType<Date | number, Date | string | undefined, never>;
  effective_to: ColumnType<Date | null, Date | null | undefined, never>;
  known_from: CreatedAt;
  recorded_at: CreatedAt;
  superseded_at: Date | null;
  entry: ColumnType<unknown, string, never>;
  origin: 'snapshot' | 'sync' | 'import' | 'correction';
  edition: ColumnType<string, string, never>;
  restates: ColumnType<number | null, number | null | undefined, never>;
}

export interface PriceSyncTable {
  id: Generated<number>;
  kind: 'sync' | 'import' | 'correction';
  status: 'applied' | 'unchanged' | 'refused' | 'failed';
  code: string | null;
  message: string | null;
  source: string;
  edition: string | null;
  etag: string | null;
  last_modified: string | null;
  /** `-infinity` comes as the number -Infinity. */
  effective_from: ColumnType<Date | number | null, Date | string | null, never>;
  started_at: Date;
  finished_at: Date;
  started_by: number | null;
  models: Generated<number>;
  added: Generated<number>;
  changed: Generated<number>;
  removed: Generated<number>;
  flagged: Generated<number>;
  refused: Generated<number>;
}

interface PriceSyncChangeTable {
  sync_id: number;
  model_key: string;
  kind: 'added' | 'changed' | 'removed' | 'refused';
  previous_version_id: number | null;
  version_id: number | null;
  flagged_rates: Generated<string[]>;
  acknowledged_at: Date | null;
  acknowledged_by: number | null;
  corrected_by: number | null;
  refusal_reason: string | null;
  refusal_field: string | null;
}

interface PriceOverrideTable {
  id: Generated<number>;
  organization_id: number;
  model_key: string;
  provider: string | null;
  mode: string | null;
  kind: 'override' | 'replacement';
  rates: ColumnType<Record<string, string>, string, never>;
  effective_from: ColumnType<Date | number, Date | string | undefined, never>;
  effective_to: Date | null;
  note: string | null;
  created_by: number | null;
  created_at: CreatedAt;
  withdrawn_at: Date | null;
  withdrawn_by: number | null;
}

interface ModelAliasTable {
  id: Generated<number>;
  organization_id: number;
  provider: string | null;
  name: string;
  model_key: string;
  created_by: number | null;
  created_at: CreatedAt;
}

/** A record with the names of its series, as the view `usage_calls` has it. */
export type UsageRecordTable = {
  project_id: number;
  ts: Date;
  event_id: string;
  received_at: CreatedAt;
  key_id: number | null;
  price_version_id: number | null;
  latency_ms: number | null;
  time_to_first_token_ms: number | null;
  max_output_tokens: number | null;
  attempts: number | null;
  streamed: boolean | null;
  interactive: boolean | null;
  status: 'ok' | 'error';
  cost_status: 'priced' | 'unpriced' | 'unreadable';
  total_pico_usd: bigint | null;
  reported_pico_usd: bigint | null;
  duplicate_of: string | null;
  recosting_id: number | null;
  request_hash: string | null;
  prefix_hash: string | null;
  source: string;
  provider: string;
  model: string;
  price_match: string | null;
  service_tier: string | null;
  requested_tier: string | null;
  speed: string | null;
  region: string | null;
  reasoning_effort: string | null;
  error_type: string | null;
  finish_reason: string | null;
  feature: string | null;
  environment: string | null;
  end_user: string | null;
  session: string | null;
  customer: string | null;
  trace_id: string | null;
  response_id: string | null;
  approximate: string[] | null;
  tags: Record<string, string> | null;
  units: Record<string, number> | null;
  tools: Record<string, number> | null;
  raw_usage: unknown;
  prompt_text: string | null;
  response_text: string | null;
} & { [C in TokenColumn as `${C}_tokens`]: number | null } & { [C in CostColumn as `${C}_pico_usd`]: bigint | null };

type Usage15mTable = {
  project_id: number;
  bucket: Date;
  key_id: number;
  provider: string;
  model: string;
  feature: string;
  environment: string;
  service_tier: string;
  status: 'ok' | 'error';
  calls: bigint;
  unpriced_calls: bigint;
  unreadable_calls: bigint;
  approximate_calls: bigint;
  total_pico_usd: bigint;
  latency_histogram: number[] | null;
  time_to_first_token_histogram: number[] | null;
} & { [C in TokenColumn as `${C}_tokens`]: bigint | null } & { [C in CostColumn as `${C}_pico_usd`]: bigint | null };

interface RecostingTable {
  id: Generated<number>;
  organization_id: number;
  state: Generated<RecostingState>;
  step: Generated<RecostingStep>;
  failure: RecostingFailure | null;
  errors: Generated<number>;
  queued_times: Generated<number>;
  period_from: ColumnType<Date, Date, never>;
  period_to: ColumnType<Date, Date, never>;
  project_ids: ColumnType<number[], number[], never>;
  providers: ColumnType<string[] | null, string[] | null, never>;
  models: ColumnType<string[] | null, string[] | null, never>;
  only_unpriced: ColumnType<boolean, boolean, never>;
  time_zone: ColumnType<string, string, never>;
  revision: string | null;
  cursor_project_id: number | null;
  cursor_ts: Date | null;
  cursor_event_id: string | null;
  done_records: Sum;
  expected_records: Sum;
  calls: Sum;
  changed_calls: Sum;
  before_pico_usd: Sum;
  after_pico_usd: Sum;
  uncosted_before: Sum;
  uncosted_after: Sum;
  changed_duplicates: Sum;
  kept_calls: Sum;
  changed_records: Sum;
  difference_pico_usd: Sum;
  restored_records: Sum;
  not_restored_records: Sum;
  created_by: number | null;
  created_at: ColumnType<Date, Date, never>;
  previewed_at: Date | null;
  applied_at: Date | null;
  undone_at: Date | null;
  previewed_order: bigint | null;
  changed_order: bigint | null;
}

/** Begins at 0. */
type Sum = Generated<bigint>;

interface RecostingLineTable {
  recosting_id: number;
  month: string;
  provider: string;
  model: string;
  calls: bigint;
  changed_calls: bigint;
  before_pico_usd: bigint;
  after_pico_usd: bigint;
  uncosted_before: bigint;
  uncosted_after: bigint;
}

export interface ExportTable {
  id: Generated<number>;
  organization_id: number;
  created_by: number | null;
  what: 'records';
  format: ExportFormat;
  byte_order_mark: boolean;
  filter: ColumnType<RecordSelection, string, never>;
  project_ids: number[];
  time_zone: string;
  file_name: string;
  state: Generated<ExportState>;
  errors: Generated<number>;
  snapshot_at: CreatedAt;
  place: ColumnType<Record<string, string | number> | null, never, string | null>;
  chunks: Generated<number>;
  done_rows: Sum;
  done_records: Sum;
  expected_records: Sum;
  total_pico_usd: Sum;
  size_bytes: Sum;
  created_at: ColumnType<Date, Date, never>;
  touched_at: Date;
  finished_at: Date | null;
  expires_at: Date;
}

interface ExportChunkTable {
  export_id: number;
  seq: number;
  bytes: Buffer;
}

interface UsageTouchedTable {
  project_id: number;
  bucket: Date;
  id: Generated<bigint>;
}

interface CalendarTable {
  version: Generated<number>;
  organization_id: number;
  time_zone: string;
  state: 'building' | 'active';
  created_at: CreatedAt;
}

interface InvitationTable {
  id: Generated<number>;
  organization_id: number;
  email: string;
  role: 'owner' | 'admin' | 'member' | 'viewer';
  hash: Buffer;
  invited_by: number | null;
  created_at: Date;
  expires_at: Date;
}

interface PersonalTokenTable {
  id: Generated<number>;
  organization_id: number;
  user_id: number;
  name: string;
  prefix: string;
  hash: Buffer;
  created_at: ColumnType<Date, Date, never>;
  expires_at: Date | null;
  last_used_at: Date | null;
}

interface AuditLogTable {
  id: Generated<bigint>;
  organization_id: number;
  at: CreatedAt;
  actor: 'user' | 'key' | 'system';
  user_id: number | null;
  key_id: number | null;
  address: string | null;
  action: string;
  target: string;
  target_id: number | null;
  before: ColumnType<Record<string, unknown> | null, string | null, never>;
  after: ColumnType<Record<string, unknown> | null, string | null, never>;
}

interface DeletionTable {
  id: Generated<number>;
  organization_id: number;
  kind: 'organization' | 'project' | 'person';
  project_id: number | null;
  mode: 'erase' | 'delete' | null;
  subject_kind: 'user' | 'customer' | null;
  subject: string | null;
  state: Generated<'queued' | 'running' | 'done' | 'failed'>;
  progress: Generated<number>;
  records: Generated<bigint>;
  requested_by: number | null;
  created_at: ColumnType<Date, Date, never>;
  finished_at: Date | null;
}
