/** A part of a text, and whether it is what was looked for. */
export interface TextPart {
  at: number;
  text: string;
  found: boolean;
}

/** So many are marked; more would make the page slow, and nobody steps through them. */
const MOST_MARKED = 500;

/** The text in parts, whatever the case of what is looked for, and how often it is there. */
export function findInText(text: string, wanted: string): { parts: TextPart[]; count: number } {
  if (wanted === '') return { parts: [{ at: 0, text, found: false }], count: 0 };
  const [hay, needle] = [text.toLowerCase(), wanted.toLowerCase()];
  // Some letters have more characters in lower case: positions would be those of another text.
  const source = hay.length === text.length ? hay : text;
  const parts: TextPart[] = [];
  let [end, count] = [0, 0];
  for (let at = source.indexOf(needle); at !== -1; at = source.indexOf(needle, at + needle.length)) {
    count++;
    if (count > MOST_MARKED) continue;
    if (at > end) parts.push({ at: end, text: text.slice(end, at), found: false });
    parts.push({ at, text: text.slice(at, at + needle.length), found: true });
    end = at + needle.length;
  }
  if (end < text.length) parts.push({ at: end, text: text.slice(end), found: false });
  return { parts, count };
}
