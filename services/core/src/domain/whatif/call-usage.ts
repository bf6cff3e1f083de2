import type { TokenColumn } from '../../db/columns.ts';
import type { NormalUsage, TokenCounts } from '../../usage/normal-form.ts';
import { readUsage } from '../../usage/read-usage.ts';
import { isUsageSource } from '../../usage/sources.ts';
import { tokenClassOf } from '../usage/class-columns.ts';
import type { CallRow } from './call-row.ts';

/** What a call used; a text says why that is not known. */
export type CallUsage = NormalUsage | 'unreadable' | 'usage_erased' | 'unbilled';

/**
 * The usage of a stored call as the ingest would read it if the call came in under `provider`.
 * `unbilled`: it failed before its first token and reported nothing, which costs nothing anywhere.
 */
export function callUsage(row: CallRow, provider: string): CallUsage {
  if (row.is_unbilled) return 'unbilled';
  if (row.is_erased) return 'usage_erased';
  if (row.raw_usage !== null) return readAgain(row, provider);
  const tokens = columnTokens(row);
  return {
    tokens,
    ...(row.tools === null ? {} : { tools: row.tools }),
    ...(row.units === null ? {} : { units: row.units }),
    serviceTier: row.service_tier ?? undefined,
    speed: row.speed ?? undefined,
    region: row.region ?? undefined,
    approximate: [],
  };
}

function readAgain(row: CallRow, provider: string): CallUsage {
  if (!isUsageSource(row.source)) return 'unreadable';
  const reading = readUsage({
    source: row.source,
    usage: row.raw_usage,
    provider,
    serviceTier: row.service_tier ?? undefined,
    speed: row.speed ?? undefined,
    region: row.region ?? undefined,
    units: row.units ?? undefined,
  });
  return reading.status === 'read' ? reading.usage : 'unreadable';
}

function columnTokens(row: CallRow): TokenCounts {
  const tokens: TokenCounts = {};
  if (row.input_tokens) tokens.input = row.input_tokens;
  if (row.cache_read_tokens) tokens.cacheRead = row.cache_read_tokens;
  if (row.cache_write_5m_tokens) tokens.cacheWrite5m = row.cache_write_5m_tokens;
  if (row.cache_write_1h_tokens) tokens.cacheWrite1h = row.cache_write_1h_tokens;
  if (row.output_tokens) tokens.output = row.output_tokens;
  if (row.reasoning_tokens) tokens.reasoning = row.reasoning_tokens;
  for (const name in row.media) tokens[tokenClassOf(name as TokenColumn)] = row.media[name] ?? 0;
  return tokens;
}
