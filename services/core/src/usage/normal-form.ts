/**
 * The normal form of usage: what every provider's usage object becomes before it is priced.
 *
 * The token counts are disjoint: a token is counted in exactly one class, whatever the provider nests in
 * whatever. `input` is uncached text, `output` is visible text, so the sum of the input side is the whole
 * prompt and the sum of the output side is everything that was generated.
 */

/** Disjoint token classes, in the order in which they are shown. */
export const TOKEN_CLASSES = [
  'input',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'inputAudio',
  'inputImage',
  'inputVideo',
  'cacheReadAudio',
  'cacheReadImage',
  'cacheWriteAudio',
  'output',
  'reasoning',
  'outputAudio',
  'outputImage',
  'outputVideo',
] as const;

export type TokenClass = (typeof TOKEN_CLASSES)[number];

/** The classes that make up the prompt; size thresholds compare with their sum. */
export const INPUT_TOKEN_CLASSES = [
  'input',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'inputAudio',
  'inputImage',
  'inputVideo',
  'cacheReadAudio',
  'cacheReadImage',
  'cacheWriteAudio',
] as const satisfies readonly TokenClass[];

/** Whole tokens, 0 to `MAX_COUNT`. An absent class was 0 or was not reported. */
export type TokenCounts = Partial<Record<TokenClass, number>>;

/** Tools that the provider ran and bills by the piece. */
export const TOOL_CLASSES = ['webSearches', 'fileSearches', 'codeInterpreterSessions'] as const;

type ToolClass = (typeof TOOL_CLASSES)[number];

/** Whole calls, 0 to `MAX_COUNT`. */
export type ToolCounts = Partial<Record<ToolClass, number>>;

/**
 * What is billed by neither token nor tool call.
 *
 * `seconds` is the duration that the call is billed for where only one can be meant (a transcription's audio,
 * a generated video); the three longer names say which side where a model takes several. `pixels` is the sum
 * over the generated images, `queries` are searches and rerankings, `requests` are calls with a fixed fee.
 */
export const UNIT_CLASSES = [
  'seconds',
  'inputAudioSeconds',
  'inputVideoSeconds',
  'outputVideoSeconds',
  'inputImages',
  'outputImages',
  'pixels',
  'inputCharacters',
  'outputCharacters',
  'pages',
  'annotatedPages',
  'credits',
  'queries',
  'requests',
  'citationTokens',
] as const;

export type UnitClass = (typeof UNIT_CLASSES)[number];

/** Units, 0 to `MAX_COUNT`; seconds and credits may have a fraction, which is taken at its decimal text. */
export type UnitCounts = Partial<Record<UnitClass, number>>;

/** How much a web search reads into the context; three prices at the providers that distinguish it. */
export const SEARCH_CONTEXT_SIZES = ['low', 'medium', 'high'] as const;

export type SearchContextSize = (typeof SEARCH_CONTEXT_SIZES)[number];

/** Properties of the request that select between prices of one model. */
export interface UsageTraits {
  searchContextSize?: SearchContextSize;
  /** Video height as the price file names it, such as `1080p`. */
  resolution?: string;
  /** `1024x1024` */
  imageSize?: string;
  /** `standard`, `hd`, `low`, `medium`, `high` */
  imageQuality?: string;
  /** Results asked of a search; some are priced by it. */
  maxResults?: number;
}

export interface NormalUsage {
  tokens: TokenCounts;
  tools?: ToolCounts | undefined;
  units?: UnitCounts | undefined;
  traits?: UsageTraits | undefined;
  /** The tier that the provider says it served, in its own words (`default`, `flex`, `priority`, `batch`, …). */
  serviceTier?: string | undefined;
  /** The speed mode that was served, such as Anthropic's `fast`. */
  speed?: string | undefined;
  /** Where the call was processed, in the provider's words (`us`, `eu`, `us-east-1`). */
  region?: string | undefined;
  /** What the provider itself says that the call cost, in 1e-12 USD. Shown beside our cost, never used for it. */
  reportedCostPicoUsd?: bigint | undefined;
  /** Reasons (`ReadApproximation`) why the counts may differ from what is billed; empty when they are exact. */
  approximate: string[];
}

/** Counts above this are refused: no real call has them, and sums of them stay inside 64 bits. */
export const MAX_COUNT = 1_000_000_000;

/** All tokens of the prompt, cached ones included. */
export function promptTokens(tokens: TokenCounts): number {
  return (
    (tokens.input ?? 0) +
    (tokens.cacheRead ?? 0) +
    (tokens.cacheWrite5m ?? 0) +
    (tokens.cacheWrite1h ?? 0) +
    (tokens.inputAudio ?? 0) +
    (tokens.inputImage ?? 0) +
    (tokens.inputVideo ?? 0) +
    (tokens.cacheReadAudio ?? 0) +
    (tokens.cacheReadImage ?? 0) +
    (tokens.cacheWriteAudio ?? 0)
  );
}

/** All tokens that were generated, hidden reasoning included. */
export function completionTokens(tokens: TokenCounts): number {
  return (
    (tokens.output ?? 0) +
    (tokens.reasoning ?? 0) +
    (tokens.outputAudio ?? 0) +
    (tokens.outputImage ?? 0) +
    (tokens.outputVideo ?? 0)
  );
}
