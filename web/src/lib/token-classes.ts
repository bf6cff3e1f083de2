/** What people call the classes of tokens that a record counts. */
const LABELS: Record<string, string> = {
  input: 'Input',
  cacheRead: 'Cache read',
  cacheWrite5m: 'Cache write, 5 min',
  cacheWrite1h: 'Cache write, 1 h',
  inputAudio: 'Input audio',
  inputImage: 'Input image',
  inputVideo: 'Input video',
  cacheReadAudio: 'Cache read audio',
  cacheReadImage: 'Cache read image',
  cacheWriteAudio: 'Cache write audio',
  output: 'Output',
  reasoning: 'Reasoning',
  outputAudio: 'Output audio',
  outputImage: 'Output image',
  outputVideo: 'Output video',
};

/** A class that this page does not know yet is shown under its own name. */
export const tokenClassLabel = (name: string): string => LABELS[name] ?? name;

const order = Object.keys(LABELS);
const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);

/** A record's classes in the order in which they are shown everywhere. */
export const orderedClasses = (tokens: Record<string, number>): [string, number][] =>
  Object.entries(tokens).sort(([a], [b]) => rank(a) - rank(b));

const isOutput = (name: string) => name.startsWith('output') || name === 'reasoning';
const isCacheRead = (name: string) => name.startsWith('cacheRead');

export interface TokenSums {
  /** The whole prompt: fresh, read from a cache, and written to one. */
  prompt: number;
  cacheRead: number;
  output: number;
}

/** The classes of a record, which are disjoint, in the three sums that a table has room for. */
export function sumTokens(tokens: Record<string, number>): TokenSums {
  const sums: TokenSums = { prompt: 0, cacheRead: 0, output: 0 };
  for (const [name, count] of Object.entries(tokens)) {
    if (isOutput(name)) sums.output += count;
    else sums.prompt += count;
    if (isCacheRead(name)) sums.cacheRead += count;
  }
  return sums;
}
