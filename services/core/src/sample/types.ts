import type { Spread } from './random.ts';

/** The usage objects that the generator can shape. */
export type SampleSource =
  | 'openai.chat'
  | 'openai.responses'
  | 'openai.embeddings'
  | 'anthropic.messages'
  | 'gemini.generate-content'
  | 'bedrock.converse'
  | 'deepseek.chat'
  | 'mistral.chat'
  | 'normalized';

/** How a provider caches prompts. */
export type CacheProfile =
  /** Without being asked, in whole blocks of tokens, from a minimum length on. */
  | { kind: 'automatic'; blockTokens: number; minimumTokens: number; billsWrites?: boolean }
  /** Only up to the marks that the caller sets, see `FeatureProfile.promptCaching`. */
  | { kind: 'marked'; minimumTokens: number };

export interface ModelProfile {
  /** LiteLLM's name of the provider. */
  provider: string;
  model: string;
  source: SampleSource;
  region?: string;
  /** Thinks before it answers, where the feature asks for it. */
  reasons?: boolean;
  /** Tokens that this model's tokenizer makes of a text, relative to OpenAI's. Default 1. */
  tokenFactor?: number;
  cache?: CacheProfile;
  firstTokenMs: number;
  /** Reading the prompt, for each 1,000 tokens that were not cached. */
  prefillMsPer1k: number;
  tokensPerSecond: number;
}

/** Which models a feature uses from a date on. Weights are relative. */
export interface MixPhase {
  /** ISO date; the first phase has none and reaches back for ever. */
  from?: string;
  /** Days in which the traffic moves over from the phase before. Default 1. */
  rampDays?: number;
  models: Record<string, number>;
}

export interface FeatureProfile {
  name: string;
  team: string;
  /** Share of all calls at the company's `epoch`; relative to the other features. */
  share: number;
  /** On top of the company's own growth. Default 1. */
  growthPerYear?: number;
  /** ISO dates. Traffic grows over a month after the launch and fades over a month before the end. */
  launches?: string;
  retires?: string;
  rhythm: string;
  audience: 'customers' | 'employees' | 'nobody';
  /** A person waits for the answer. */
  interactive: boolean;
  streamed: boolean;
  /** Several calls that share a growing history. Without it each call stands alone. */
  conversation?: {
    meanTurns: number;
    maxTurns: number;
    pauseSeconds: Spread;
    /** The turns are steps of a program with tools, under one trace. */
    agent?: boolean;
  };
  /** Instructions and tool definitions that every call begins with. */
  prefixTokens: number;
  /** The prefix is rewritten about this often. */
  prefixDays?: number;
  /** A text that the first call carries and the later ones repeat. */
  document?: Spread;
  /** Images of the first call, counted in tokens (only Gemini reports them apart). */
  images?: Spread;
  input: Spread;
  /** Absent for embeddings. */
  output?: Spread;
  reasoning?: { effort: 'minimal' | 'low' | 'medium' | 'high'; tokens: Spread };
  maxOutputTokens?: number;
  /** Marks for models whose cache is `marked`: after the prefix, and after the last message of a conversation. */
  promptCaching?: { prefix: '5m' | '1h'; conversation?: '5m' | '1h' };
  /** Mean searches of a call, at Anthropic. */
  webSearches?: number;
  /** Service tier that is asked for and served, at OpenAI. */
  tier?: 'flex' | 'priority';
  /** Share of calls that repeat an earlier request of the same day word for word. Default 0. */
  repeats?: number;
  mix: MixPhase[];
}

/** Relative traffic over a week, in the company's zone. Its level does not matter, `share` sets that. */
export interface Rhythm {
  /** At each full hour, 0 to 23; in between it is interpolated. */
  hours: readonly number[];
  /** Monday to Sunday. */
  weekdays: readonly number[];
  holiday: number;
}

export interface Holidays {
  /** `MM-DD` */
  fixed: string[];
  /** Days from Easter Sunday. */
  easter: number[];
  /** Inclusive ranges of `MM-DD`, which may cross the new year. They do not touch rhythms that ignore holidays. */
  quiet: { from: string; to: string; factor: number }[];
}

/** A group of people or companies of very different activity, where some leave and others come. */
export interface Crowd {
  /** Members at the company's `epoch`. */
  size: number;
  growthPerYear: number;
  maxSize: number;
  /** Exponent of Zipf's law: the n-th most active makes 1/nᵉ of the calls of the first. */
  zipf: number;
  /** How long a member stays, shortest and longest. */
  tenureDays: readonly [number, number];
}

/** In each window of time a provider may be in trouble. */
export interface Trouble {
  windowMinutes: number;
  /** Of a window to be a troubled one. */
  chance: number;
  /** Of a call in such a window to fail. */
  errorRate: number;
}

export interface CompanyProfile {
  timeZone: string;
  /** The date at which shares and sizes hold. */
  epoch: string;
  growthPerYear: number;
  /** Day-to-day and hour-to-hour variation of each feature, as logarithmic deviations. */
  noise: { day: number; hour: number };
  models: Record<string, ModelProfile>;
  features: FeatureProfile[];
  rhythms: Record<string, Rhythm>;
  holidays: Holidays;
  /** Relative weights by name. */
  environments: Record<string, number>;
  customers: Crowd & { usersPerCustomer: Crowd };
  employees: Crowd;
  /** Share of calls that carry no feature and no user, because somebody forgot. */
  unattributed: number;
  failures: {
    /** Of a call outside of troubled windows. */
    errorRate: number;
    /** Of a call that succeeds to have needed a second attempt. */
    secondAttempts: number;
    /** A program that failed asks once more with the same request. */
    asksAgain: number;
    rateLimits: Trouble;
    outages: Trouble;
  };
  /** Where `sampleAnomaly` may put its rise. */
  anomaly: { features: string[]; factor: number; hours: number };
}

/** A rise of one feature's calls over what is usual at that time. */
export interface Incident {
  feature: string;
  /** Inclusive. */
  from: Date;
  /** Exclusive. */
  to: Date;
  /** 3: three times the usual. */
  factor: number;
  /** What all of the additional calls have in common; `model` is a key of the company's `models`, in use by the feature. */
  model?: string;
  customer?: string;
  user?: string;
}

export interface SamplePeriod {
  /** Any whole number; other seeds are other companies with the same habits. */
  seed: number;
  /** Inclusive. */
  from: Date;
  /** Exclusive. */
  to: Date;
  /** IANA name. Default: the company's own. */
  timeZone?: string;
  company?: CompanyProfile;
}

export interface SampleOptions extends SamplePeriod {
  /** Calls to expect in the reference period; what is drawn differs by its statistical error. */
  calls: number;
  /**
   * The period that `calls` and the default anomaly refer to. Default: the generated one. With a fixed reference every part
   * of time can be generated alone, in any order, and equals the same part of the whole.
   */
  reference?: { from: Date; to: Date };
  /** Default: the one of `sampleAnomaly`. An empty list is traffic without incidents. */
  incidents?: readonly Incident[];
}
