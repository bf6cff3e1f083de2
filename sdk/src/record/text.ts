/** The longest name, tag key and tag value that the server takes, and the most that is captured of a text. */
export const LIMITS = { name: 200, tagKey: 64, tagValue: 256, tags: 32, contentCharacters: 500 } as const;

const REPLACEMENT = '\u{fffd}';

/** Text that every JSON parser and database takes: no half surrogate pairs, no NUL. */
function wellFormed(text: string): string {
  const whole = text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', REPLACEMENT) : whole;
}

/** The first `maxCharacters` characters (code points) of a text, never half of a surrogate pair. */
export function clipCharacters(text: string, maxCharacters: number): string {
  let end = 0;
  for (let count = 0; count < maxCharacters && end < text.length; count++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return wellFormed(text.slice(0, end));
}

/**
 * A name of at most `maxUnits` UTF-16 units, cut between characters. Units are the largest of the ways in which a
 * server can count, so that the cut name is taken by all of them.
 */
export function clipName(text: string, maxUnits: number): string {
  const cut = text.slice(0, maxUnits);
  const last = cut.charCodeAt(cut.length - 1);
  const splitsPair = text.length > maxUnits && last >= 0xd800 && last <= 0xdbff;
  return wellFormed(splitsPair ? cut.slice(0, -1) : cut);
}

/** At most 500 characters of each text, cut here, before they leave the process. Empty texts are left out. */
export function clipContent(content: { prompt?: string | undefined; response?: string | undefined }): {
  prompt?: string;
  response?: string;
} {
  const clipped: { prompt?: string; response?: string } = {};
  if (content.prompt) clipped.prompt = clipCharacters(content.prompt, LIMITS.contentCharacters);
  if (content.response) clipped.response = clipCharacters(content.response, LIMITS.contentCharacters);
  return clipped;
}
