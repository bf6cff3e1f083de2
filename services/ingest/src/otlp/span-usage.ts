import type { UsageSource } from '@tokengrip/core/usage/sources';
import type { Attributes } from './span.ts';

export interface SpanUsage {
  source: UsageSource;
  /** What the reader of the source takes; undefined where the span reports none. */
  usage: Record<string, unknown> | undefined;
}

const USAGE_NAMES = /^(gen_ai\.usage\.|llm\.token_count\.|llm\.usage\.|ai\.usage\.)/;
const COUNT_NAMES = /^(gen_ai\.usage\..*tokens|llm\.token_count\.|llm\.usage\.|ai\.usage\.)/;
const TIER_NAMES = [
  'openai.response.service_tier',
  'gen_ai.openai.response.service_tier',
  'gen_ai.response.service_tier',
];
const AI_SDK_USAGE = 'ai.usage.';

/** The usage attributes of a span as its dialect's reader takes them; nothing else of the span is stored. */
export function usageOfSpan(attributes: Attributes): SpanUsage {
  const isAiSdk = typeof attributes['ai.operationId'] === 'string';
  const sdkUsage = isAiSdk ? aiSdkUsage(attributes) : undefined;
  if (sdkUsage !== undefined) return { source: 'vercel-ai', usage: sdkUsage };
  const usage: Record<string, unknown> = {};
  let counts = false;
  for (const [name, value] of Object.entries(attributes)) {
    if (!USAGE_NAMES.test(name) && !TIER_NAMES.includes(name)) continue;
    usage[name] = value;
    counts ||= COUNT_NAMES.test(name);
  }
  return { source: 'otel.gen-ai', usage: counts ? usage : undefined };
}

/** `ai.usage.inputTokenDetails.cacheReadTokens` becomes `inputTokenDetails: {cacheReadTokens}`, as the SDK itself has it. */
function aiSdkUsage(attributes: Attributes): Record<string, unknown> | undefined {
  const usage: Record<string, unknown> = {};
  const details = new Map<string, Record<string, unknown>>();
  for (const [name, value] of Object.entries(attributes)) {
    const match = name.startsWith(AI_SDK_USAGE) ? /^(\w+)(?:\.(\w+))?$/.exec(name.slice(AI_SDK_USAGE.length)) : null;
    const [, first, second] = match ?? [];
    if (first === undefined || first === '__proto__' || second === '__proto__') continue;
    if (second === undefined) {
      usage[first] = value;
      continue;
    }
    const group = details.get(first) ?? {};
    group[second] = value;
    details.set(first, group);
  }
  for (const [name, group] of details) usage[name] = group;
  return Object.keys(usage).length === 0 ? undefined : usage;
}
