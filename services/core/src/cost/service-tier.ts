import { type Approximation, note } from './approximations.ts';
import type { PriceTier } from './field-name.ts';

/**
 * The providers' words for their service tiers, in lower case.
 * OpenAI: https://platform.openai.com/docs/api-reference/chat/object (service_tier); Anthropic:
 * https://docs.claude.com/en/api/service-tiers; Gemini: usageMetadata.trafficType and serviceTier; Groq:
 * https://console.groq.com/docs/service-tiers; Bedrock: serviceTier of Converse.
 */
const TIERS: Record<string, PriceTier> = {
  '': 'standard',
  auto: 'standard',
  default: 'standard',
  standard: 'standard',
  standard_only: 'standard',
  on_demand: 'standard',
  unspecified: 'standard',
  traffic_type_unspecified: 'standard',
  batch: 'batch',
  batches: 'batch',
  flex: 'flex',
  on_demand_flex: 'flex',
  priority: 'priority',
  on_demand_priority: 'priority',
  // OpenAI's newer word for the same tier, as LiteLLM's calculator has it.
  fast: 'priority',
};

/**
 * The tier whose rates apply: the served one, else the requested one, else standard. Pushes what is only near the truth
 * about it: a tier that has no rates anywhere (OpenAI's `scale`, provisioned throughput) is priced as standard.
 */
export function priceTier(
  served: string | undefined,
  requested: string | undefined,
  approximate: Approximation[],
): PriceTier {
  if (served === undefined && requested === undefined) return 'standard';
  const name = (served ?? requested ?? '').toLowerCase();
  const tier = Object.hasOwn(TIERS, name) ? TIERS[name] : undefined;
  if (tier === undefined) {
    note(approximate, 'service_tier_unknown');
    return 'standard';
  }
  if (served === undefined && tier !== 'standard') note(approximate, 'requested_tier');
  return tier;
}
