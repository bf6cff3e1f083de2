/**
 * Reads a batch as LiteLLM's `generic_api` callback writes it (https://docs.litellm.ai/docs/observability/generic_api): an
 * array, one object, or one object a line (`ndjson`, under the content type of JSON too). Python writes an unlimited
 * budget as `Infinity`, which is no JSON: LiteLLM does not send a refused batch again, so it is read as null.
 * @throws SyntaxError
 */
export function readLiteLlmBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const valid = withNulls(text);
    const lines = valid.split('\n').flatMap((line) => line.trim() || []);
    const isNdjson = lines.length > 1 && lines.every((line) => line.startsWith('{') && line.endsWith('}'));
    return isNdjson ? lines.map((line): unknown => JSON.parse(line)) : JSON.parse(valid);
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const NO_NUMBERS = ['-Infinity', 'Infinity', 'NaN'];
const FIRST_LETTERS: ReadonlySet<number> = new Set(NO_NUMBERS.map((word) => word.charCodeAt(0)));

/** Writes `null` for what Python's JSON has and JSON has not, outside of texts. */
function withNulls(text: string): string {
  let result = '';
  let done = 0;
  let inText = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (inText) {
      if (code === BACKSLASH) i += 1;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) {
      inText = true;
    } else if (FIRST_LETTERS.has(code)) {
      const word = NO_NUMBERS.find((candidate) => text.startsWith(candidate, i));
      if (word === undefined) continue;
      result += `${text.slice(done, i)}null`;
      i += word.length - 1;
      done = i + 1;
    }
  }
  return result + text.slice(done);
}
