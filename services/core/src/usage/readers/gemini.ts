/**
 * Gemini, `usageMetadata` of generateContent: https://ai.google.dev/api/generate-content#UsageMetadata.
 * `promptTokenCount` includes cached content; tool-use prompt tokens and thoughts stand beside prompt and candidates.
 * Each chunk of a stream repeats the totals, so the last one counts. The Python SDK's snake_case names are read too.
 */
import { countAt, type Fields, isFields, rest, textAt, textOf, UnreadableUsage } from '../fields.ts';
import type { NormalUsage } from '../normal-form.ts';
import type { Reader } from '../reader.ts';
import { setCount, splitCompletion, splitPrompt } from '../split.ts';

export const readGemini: Reader = (usage) => {
  const prompt = countAt(usage, 'promptTokenCount', 'prompt_token_count');
  const candidates = countAt(
    usage,
    'candidatesTokenCount',
    'candidates_token_count',
    'responseTokenCount',
    'response_token_count',
  );
  const total = countAt(usage, 'totalTokenCount', 'total_token_count');
  if (prompt === undefined && candidates === undefined && total === undefined) {
    throw new UnreadableUsage('no_known_field');
  }
  const thoughts = countAt(usage, 'thoughtsTokenCount', 'thoughts_token_count') ?? 0;
  const toolUse = countAt(usage, 'toolUsePromptTokenCount', 'tool_use_prompt_token_count') ?? 0;
  const input = prompt ?? 0;
  // Absent where nothing visible was generated; the total says whether something was.
  const generated =
    candidates ?? rest(total ?? input + toolUse + thoughts, 'totalTokenCount', input, toolUse, thoughts);
  const thoughtsInside = thoughts > 0 && candidates !== undefined && total === input + toolUse + candidates;

  const reading: NormalUsage = { tokens: {}, approximate: [] };
  addPrompt(reading, usage, input);
  addToolUse(reading, usage, toolUse);
  const made = modalities(usage, 'candidatesTokensDetails', 'candidates_tokens_details', 'responseTokensDetails');
  splitCompletion(reading.tokens, {
    whole: generated,
    field: 'candidatesTokenCount',
    reasoning: thoughtsInside ? thoughts : 0,
    audio: made.AUDIO,
    image: made.IMAGE,
    video: made.VIDEO,
  });
  setCount(reading.tokens, 'reasoning', thoughts);
  reading.serviceTier = textAt(usage, 'serviceTier', 'service_tier', 'trafficType', 'traffic_type');
  return reading;
};

function addPrompt(reading: NormalUsage, usage: Fields, whole: number): void {
  const parts = modalities(usage, 'promptTokensDetails', 'prompt_tokens_details');
  const cachedParts = modalities(usage, 'cacheTokensDetails', 'cache_tokens_details');
  const isSplit = Object.keys(cachedParts).length > 0;
  splitPrompt(
    reading.tokens,
    {
      whole,
      field: 'promptTokenCount',
      cached: countAt(usage, 'cachedContentTokenCount', 'cached_content_token_count'),
      audio: parts.AUDIO,
      image: parts.IMAGE,
      video: parts.VIDEO,
      ...(isSplit && { cachedAudio: cachedParts.AUDIO ?? 0, cachedImage: cachedParts.IMAGE ?? 0 }),
    },
    reading.approximate,
  );
}

/** What tools such as code execution put in front of the model: input, never cached. */
function addToolUse({ tokens }: NormalUsage, usage: Fields, whole: number): void {
  const parts = modalities(usage, 'toolUsePromptTokensDetails', 'tool_use_prompt_tokens_details');
  const { AUDIO = 0, IMAGE = 0, VIDEO = 0 } = parts;
  const text = rest(whole, 'toolUsePromptTokenCount', AUDIO, IMAGE, VIDEO);
  setCount(tokens, 'input', (tokens.input ?? 0) + text);
  setCount(tokens, 'inputAudio', (tokens.inputAudio ?? 0) + AUDIO);
  setCount(tokens, 'inputImage', (tokens.inputImage ?? 0) + IMAGE);
  setCount(tokens, 'inputVideo', (tokens.inputVideo ?? 0) + VIDEO);
}

/** Tokens by modality; `DOCUMENT` is priced as text and stays there. */
function modalities(usage: Fields, ...names: string[]): Partial<Record<string, number>> {
  const sums: Partial<Record<string, number>> = {};
  for (const name of names) {
    const details = usage[name];
    if (!Array.isArray(details)) continue;
    for (const detail of details) {
      if (!isFields(detail)) continue;
      const modality = textOf(detail.modality)?.toUpperCase();
      const count = countAt(detail, 'tokenCount', 'token_count');
      if (modality !== undefined && count !== undefined) sums[modality] = (sums[modality] ?? 0) + count;
    }
    return sums;
  }
  return sums;
}
