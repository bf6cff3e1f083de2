import type { ReadApproximation } from './approximations.ts';
import { rest, UnreadableUsage } from './fields.ts';
import { MAX_COUNT, type TokenClass, type TokenCounts } from './normal-form.ts';

/** A prompt as most providers report it: a whole, and parts of it that may overlap. */
export interface InclusivePrompt {
  whole: number;
  /** The field of the whole, for the reason where it contradicts its parts. */
  field: string;
  cached?: number | undefined;
  cacheWrite5m?: number | undefined;
  cacheWrite1h?: number | undefined;
  /** Cached ones included. */
  audio?: number | undefined;
  image?: number | undefined;
  video?: number | undefined;
  /** How many of the cached tokens are audio and images; undefined where the provider does not say. */
  cachedAudio?: number | undefined;
  cachedImage?: number | undefined;
}

/** Adds the disjoint classes of a prompt. The classes add up to the whole; throws where the parts exceed it. */
export function splitPrompt(tokens: TokenCounts, prompt: InclusivePrompt, approximate: string[]): void {
  const { whole, field, cached = 0, cacheWrite5m = 0, cacheWrite1h = 0, audio = 0, image = 0, video = 0 } = prompt;
  if (audio === 0 && image === 0 && video === 0) {
    setCount(tokens, 'input', rest(whole, field, cached, cacheWrite5m, cacheWrite1h));
    setCount(tokens, 'cacheRead', cached);
  } else {
    splitMedia(tokens, prompt, approximate);
  }
  setCount(tokens, 'cacheWrite5m', cacheWrite5m);
  setCount(tokens, 'cacheWrite1h', cacheWrite1h);
}

function splitMedia(tokens: TokenCounts, prompt: InclusivePrompt, approximate: string[]): void {
  const { whole, field, cached = 0, cacheWrite5m = 0, cacheWrite1h = 0, audio = 0, image = 0, video = 0 } = prompt;
  const text = rest(whole, field, audio, image, video, cacheWrite5m, cacheWrite1h);
  let { cachedAudio, cachedImage } = prompt;
  let cachedVideo = 0;
  if (cached > 0 && cachedAudio === undefined && cachedImage === undefined) {
    approximate.push('cached_modality_assumed' satisfies ReadApproximation);
    const media = Math.max(0, cached - text);
    cachedAudio = Math.min(audio, media);
    cachedImage = Math.min(image, media - cachedAudio);
    cachedVideo = media - cachedAudio - cachedImage;
  }
  cachedAudio ??= 0;
  cachedImage ??= 0;
  const cachedText = rest(cached, field, cachedAudio, cachedImage, cachedVideo);
  setCount(tokens, 'input', rest(text, field, cachedText));
  // There is no class for cached video: no price list has a rate of its own for it.
  setCount(tokens, 'cacheRead', cachedText + cachedVideo);
  setCount(tokens, 'inputAudio', rest(audio, field, cachedAudio));
  setCount(tokens, 'inputImage', rest(image, field, cachedImage));
  setCount(tokens, 'inputVideo', rest(video, field, cachedVideo));
  setCount(tokens, 'cacheReadAudio', cachedAudio);
  setCount(tokens, 'cacheReadImage', cachedImage);
}

/** Output as most providers report it: a whole that includes its parts. */
interface InclusiveCompletion {
  whole: number;
  field: string;
  reasoning?: number | undefined;
  audio?: number | undefined;
  image?: number | undefined;
  video?: number | undefined;
}

/** Adds the disjoint classes of an output; they add up to the whole. */
export function splitCompletion(tokens: TokenCounts, completion: InclusiveCompletion): void {
  const { whole, field, reasoning = 0, audio = 0, image = 0, video = 0 } = completion;
  setCount(tokens, 'output', rest(whole, field, reasoning, audio, image, video));
  setCount(tokens, 'reasoning', reasoning);
  setCount(tokens, 'outputAudio', audio);
  setCount(tokens, 'outputImage', image);
  setCount(tokens, 'outputVideo', video);
}

/** Sets a class that was used; a class of 0 stays absent. Sums of counts can exceed what one count may be. */
export function setCount(tokens: TokenCounts, name: TokenClass, count: number): void {
  if (count > MAX_COUNT) throw new UnreadableUsage(`not_a_count:${name}`);
  if (count > 0) tokens[name] = count;
}
