import type { RejectionCode } from '../../contract/usage.ts';
import type { CostColumn, TokenColumn } from '../../db/columns.ts';

/** A record that can be written: validated, read into the normal form, priced. One row of `usage_records`. */
export interface PreparedRecord {
  projectId: number;
  keyId: number | null;
  eventId: string;
  ts: Date;
  source: string;
  provider: string;
  model: string;
  status: 'ok' | 'error';
  costStatus: 'priced' | 'unpriced' | 'unreadable';
  /** Whole numbers by class; only those that are not zero. */
  tokens: Partial<Record<TokenColumn, number>>;
  /** Pico-USD by class; only of a priced record. */
  costs: Partial<Record<CostColumn, bigint>>;
  totalPicoUsd: bigint | null;
  reportedPicoUsd: bigint | null;
  priceVersionId: number | null;
  /** The rule that found the price; for an unpriced or unreadable record the reason. */
  priceMatch: string | null;
  approximate: readonly string[];
  latencyMs: number | null;
  timeToFirstTokenMs: number | null;
  maxOutputTokens: number | null;
  attempts: number | null;
  streamed: boolean | null;
  interactive: boolean | null;
  requestHash: string | null;
  prefixHash: string | null;
  serviceTier: string | null;
  requestedTier: string | null;
  speed: string | null;
  region: string | null;
  reasoningEffort: string | null;
  errorType: string | null;
  finishReason: string | null;
  feature: string | null;
  environment: string | null;
  endUser: string | null;
  session: string | null;
  customer: string | null;
  traceId: string | null;
  responseId: string | null;
  tags: Record<string, string> | null;
  units: Record<string, number> | null;
  tools: Record<string, number> | null;
  rawUsage: unknown;
  promptText: string | null;
  responseText: string | null;
}

/** Why a record was refused, without its place in the batch. */
export interface RefusedRecord {
  code: RejectionCode;
  field: string;
  message: string;
}
