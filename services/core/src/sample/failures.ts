import { MINUTE } from './calendar.ts';
import { fractionOf, hashOf, hashOfText, type Random } from './random.ts';
import type { CompanyProfile, SampleSource, Trouble } from './types.ts';

export type Failure = 'rate_limited' | 'overloaded' | 'timeout' | 'server' | 'interrupted';

interface Names {
  rate_limited: string;
  overloaded: string;
  server: string;
}

const OPENAI: Names = {
  rate_limited: 'rate_limit_exceeded',
  overloaded: 'server_is_overloaded',
  server: 'server_error',
};

/** What each provider calls it in its error body. */
const NAMES: Record<SampleSource, Names> = {
  'openai.chat': OPENAI,
  'openai.responses': OPENAI,
  'openai.embeddings': OPENAI,
  'anthropic.messages': { rate_limited: 'rate_limit_error', overloaded: 'overloaded_error', server: 'api_error' },
  'gemini.generate-content': { rate_limited: 'RESOURCE_EXHAUSTED', overloaded: 'UNAVAILABLE', server: 'INTERNAL' },
  'bedrock.converse': {
    rate_limited: 'ThrottlingException',
    overloaded: 'ServiceUnavailableException',
    server: 'InternalServerException',
  },
  'deepseek.chat': { rate_limited: 'rate_limit_reached', overloaded: 'server_overloaded', server: 'server_error' },
  'mistral.chat': { rate_limited: 'rate_limited', overloaded: 'service_unavailable', server: 'internal_server_error' },
  normalized: { rate_limited: 'queue_full', overloaded: 'unavailable', server: 'internal' },
};

export function errorTypeOf(source: SampleSource, failure: Failure): string {
  return failure === 'timeout' || failure === 'interrupted' ? failure : NAMES[source][failure];
}

/** Which calls fail: a few at any time, and many of one provider's in its troubled windows. */
export class Failures {
  private readonly rates: CompanyProfile['failures'];
  private readonly seed: number;
  private readonly providers = new Map<string, number>();

  constructor(company: CompanyProfile, seed: number) {
    this.rates = company.failures;
    this.seed = seed;
  }

  /** How the call at this instant fails, if it does. */
  strike(provider: string, instant: number, streamed: boolean, random: Random): Failure | undefined {
    const dice = random.fraction();
    const { rateLimits, outages, errorRate } = this.rates;
    if (dice < outages.errorRate && this.isTroubled(outages, provider, instant, 11)) return 'overloaded';
    if (dice < rateLimits.errorRate && this.isTroubled(rateLimits, provider, instant, 12)) return 'rate_limited';
    if (dice >= errorRate) return undefined;
    const kind = dice / errorRate;
    if (kind < 0.35) return 'timeout';
    if (kind < 0.7) return 'server';
    return streamed && kind < 0.85 ? 'interrupted' : 'rate_limited';
  }

  private isTroubled(trouble: Trouble, provider: string, instant: number, salt: number): boolean {
    let key = this.providers.get(provider);
    if (key === undefined) {
      key = hashOfText(provider);
      this.providers.set(provider, key);
    }
    const window = Math.floor(instant / (trouble.windowMinutes * MINUTE));
    return fractionOf(hashOf(this.seed, key, window, salt)) < trouble.chance;
  }
}
