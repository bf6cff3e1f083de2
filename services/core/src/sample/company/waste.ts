import type { UsageRecord } from '../../contract/usage.ts';
import { generateSample } from '../generate.ts';
import { hashOf, Random } from '../random.ts';
import { isoInstant, uuidV7 } from '../text.ts';
import type { FeatureProfile, ModelProfile, SamplePeriod } from '../types.ts';
import { CLEAN_COMPANY } from './clean.ts';

/** What is wasted, by the rule that should find it. */
export const WASTES = [
  'cheaper_model',
  'superseded_model',
  'batch',
  'cache_prefix',
  'cache_loss',
  'truncated',
  'long_answers',
  'duplicates',
  'retries',
  'reasoning_effort',
  'long_context',
  'outlier',
  'failed_calls',
] as const;
export type Waste = (typeof WASTES)[number];

const MINUTE = 60_000;

/** Models that nobody at the sample company uses. */
const MORE_MODELS: Record<string, ModelProfile> = {
  'claude-opus-4-1': {
    provider: 'anthropic',
    model: 'claude-opus-4-1-20250805',
    source: 'anthropic.messages',
    firstTokenMs: 1_400,
    prefillMsPer1k: 30,
    tokensPerSecond: 50,
  },
  'gemini-2.5-pro': {
    provider: 'gemini',
    model: 'gemini-2.5-pro',
    source: 'gemini.generate-content',
    firstTokenMs: 900,
    prefillMsPer1k: 14,
    tokensPerSecond: 120,
  },
};

const COMMON: Omit<FeatureProfile, 'name' | 'mix'> = {
  team: 'waste',
  share: 1,
  rhythm: 'office',
  audience: 'employees',
  interactive: true,
  streamed: true,
  prefixTokens: 0,
  input: { median: 2_600, sigma: 0.25, min: 1_700, max: 6_000 },
  output: { median: 400, sigma: 0.3, min: 260, max: 1_500 },
  maxOutputTokens: 16_000,
};

type Special = Partial<FeatureProfile>;
type Stream = {
  model: string;
  calls: number;
  feature?: Special;
  change?: (records: Iterable<UsageRecord>) => Iterable<UsageRecord>;
};

/** The user whom `outlier` is about. */
export const ROGUE_USER = 'nightly.export';

const PLANTS: Record<Waste, { name: string; streams: Stream[] }> = {
  cheaper_model: {
    name: 'route-intent',
    streams: [
      {
        model: 'gpt-5.4',
        calls: 2_000,
        feature: { input: { median: 420, sigma: 0.3, max: 1_200 }, output: { median: 30, sigma: 0.3, max: 120 } },
      },
    ],
  },
  superseded_model: { name: 'draft-policy', streams: [{ model: 'claude-opus-4-1', calls: 250 }] },
  batch: {
    name: 'nightly-digest',
    streams: [
      {
        model: 'gpt-5.4',
        calls: 500,
        feature: { rhythm: 'nightly', audience: 'nobody', interactive: false, streamed: false },
      },
    ],
  },
  cache_prefix: {
    name: 'clause-finder',
    streams: [
      {
        model: 'claude-sonnet-5',
        calls: 1_200,
        feature: { prefixTokens: 12_000, input: { median: 80, sigma: 0.2, max: 300 } },
      },
    ],
  },
  cache_loss: {
    name: 'board-brief',
    streams: [
      {
        model: 'claude-opus-5',
        calls: 90,
        feature: {
          prefixTokens: 30_000,
          promptCaching: { prefix: '1h' },
          input: { median: 200, sigma: 0.3, max: 900 },
        },
      },
    ],
  },
  truncated: {
    name: 'write-listing',
    streams: [
      {
        model: 'gpt-5.4',
        calls: 600,
        feature: { maxOutputTokens: 600, output: { median: 590, sigma: 0.2, min: 200, max: 1_500 } },
      },
    ],
  },
  long_answers: {
    name: 'explain-error',
    streams: [
      { model: 'gpt-5.4', calls: 500, feature: { output: { median: 300, sigma: 0.2, min: 200, max: 700 } } },
      { model: 'gpt-5.4', calls: 60, feature: { output: { median: 7_000, sigma: 0.15, max: 12_000 } } },
    ],
  },
  duplicates: {
    name: 'faq-answer',
    streams: [{ model: 'gpt-5.4', calls: 400, change: (records) => askedAgain(records, 6 * 60 * MINUTE) }],
  },
  retries: {
    name: 'quote-price',
    streams: [{ model: 'gpt-5.4', calls: 400, change: (records) => askedAgain(records, 40_000) }],
  },
  reasoning_effort: {
    name: 'pick-template',
    streams: [
      {
        model: 'gpt-5.4',
        calls: 300,
        feature: {
          output: { median: 80, sigma: 0.3, max: 240 },
          reasoning: { effort: 'high', tokens: { median: 3_000, sigma: 0.3, min: 900, max: 12_000 } },
        },
      },
    ],
  },
  long_context: {
    name: 'read-tender',
    streams: [
      {
        model: 'gemini-2.5-pro',
        calls: 60,
        feature: { document: { median: 206_000, sigma: 0.012, min: 190_000, max: 215_000 } },
      },
    ],
  },
  outlier: {
    name: 'ask-handbook',
    streams: [
      { model: 'gpt-5.4', calls: 400 },
      {
        model: 'gpt-5.4',
        calls: 400,
        change: (records) => mapped(records, (record) => ({ ...record, user: ROGUE_USER })),
      },
    ],
  },
  failed_calls: {
    name: 'import-feed',
    streams: [{ model: 'gpt-5.4', calls: 500, change: (records) => everyThirdFails(records) }],
  },
};

/** The feature in which the waste is. */
export const wastefulFeature = (waste: Waste): string => PLANTS[waste].name;

/** The profile behind the first stream, for whoever knows more than the records say. */
export const wastefulProfile = (waste: Waste): FeatureProfile => profileOf(waste, PLANTS[waste].streams[0]);

/**
 * Calls in the order of time that waste money in one way and in no other, to be merged into full traffic. None fails unless that
 * is the waste. Sizes are for 30 days.
 */
export function plantWaste(waste: Waste, period: SamplePeriod): UsageRecord[] {
  const records = PLANTS[waste].streams.flatMap((stream, index) => {
    const generated = generateSample({
      ...period,
      seed: hashOf(period.seed, index, 77) | 0,
      calls: stream.calls,
      incidents: [],
      company: {
        ...CLEAN_COMPANY,
        models: { ...CLEAN_COMPANY.models, ...MORE_MODELS },
        features: [profileOf(waste, stream)],
        unattributed: 0,
        failures: {
          errorRate: 0,
          secondAttempts: 0,
          asksAgain: 0,
          rateLimits: { windowMinutes: 10, chance: 0, errorRate: 0 },
          outages: { windowMinutes: 10, chance: 0, errorRate: 0 },
        },
      },
    });
    return [...(stream.change?.(generated) ?? generated)];
  });
  const end = isoInstant(period.to.getTime());
  return records
    .filter(({ timestamp = '' }) => timestamp < end)
    .sort((a, b) => ((a.timestamp ?? '') < (b.timestamp ?? '') ? -1 : 1));
}

function profileOf(waste: Waste, stream: Stream | undefined): FeatureProfile {
  return { ...COMMON, ...stream?.feature, name: PLANTS[waste].name, mix: [{ models: { [stream?.model ?? '']: 1 } }] };
}

function* mapped(records: Iterable<UsageRecord>, change: (record: UsageRecord) => UsageRecord) {
  for (const record of records) yield change(record);
}

/** Every other call a second time, after a while: another call of the provider's with the same request. */
function* askedAgain(records: Iterable<UsageRecord>, afterMs: number): Iterable<UsageRecord> {
  let index = 0;
  for (const record of records) {
    yield record;
    if (index++ % 2 === 1) continue;
    const at = Date.parse(record.timestamp ?? '') + afterMs;
    const id = uuidV7(at, new Random(at, index, 5));
    yield { ...record, id, timestamp: isoInstant(at), responseId: `${record.responseId}-again`, traceId: id };
  }
}

function* everyThirdFails(records: Iterable<UsageRecord>): Iterable<UsageRecord> {
  let index = 0;
  for (const record of records) {
    const { finishReason, ...failed } = record;
    yield index++ % 3 === 0 ? { ...failed, status: 'error', errorType: 'invalid_json' } : record;
  }
}
