/** A name that must not leave, and what stands in its place. */
export interface SecretName {
  name: string;
  pseudonym: string;
}

/** What was taken out, by kind. */
export interface Redacted {
  text: string;
  counts: Record<string, number>;
}

interface Span {
  from: number;
  to: number;
  kind: string;
  replacement: string;
}

/** Invisible characters, by which a name could be written so that it is not found. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

const TOP_LEVEL =
  'com|net|org|io|dev|app|ai|co|de|at|ch|eu|uk|fr|es|it|nl|be|pl|se|no|dk|fi|ie|pt|us|ca|au|nz|in|jp|cn|kr|br|mx|info|biz|cloud|xyz|me|tv|test|example|local|internal|corp|lan';

/** What looks like somebody's, wherever it stands. Better once too often: a sample shows the kind of a text, no more. */
const PATTERNS: readonly { kind: string; pattern: RegExp; accept?: (match: string) => boolean }[] = [
  { kind: 'key', pattern: /-----BEGIN [\s\S]*?(?:-----END[^-]*-----|$)/g },
  { kind: 'url', pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+/gi },
  { kind: 'url', pattern: /\b(?:mailto|tel|data|javascript):\S+/gi },
  { kind: 'email', pattern: /[^\s@<>"'(),;:[\]]+@[^\s@<>"'(),;:[\]]+/g },
  { kind: 'url', pattern: new RegExp(`\\b(?:[\\p{L}\\p{N}-]+\\.)+(?:${TOP_LEVEL})\\b(?:[:/?#]\\S*)?`, 'giu') },
  {
    kind: 'key',
    pattern:
      /\b(?:sk|pk|rk|ak|tgk|ghp|gho|ghs|ghu|ghr|github_pat|glpat|xox[a-z]|hf|npm|pypi|whsec|shpat|dop|SG)[-_.][\w.+/=-]{6,}/gi,
  },
  { kind: 'key', pattern: /\b(?:AKIA|ASIA|AIza|ya29\.|eyJ)[\w.+/=-]{8,}/g },
  {
    kind: 'key',
    pattern:
      /\b(?:pass(?:word|wd|phrase)?|secret|token|api[ _-]?key|authorization|bearer|pin|cvv|cvc|ssn)\b["']?\s*(?:is\b)?[:=]?\s*(?:bearer\s+)?["']?[^\s"',;]+/gi,
  },
  { kind: 'iban', pattern: /\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,9}\b/g },
  { kind: 'iban', pattern: /\b[a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?\b/gi, accept: isIban },
  { kind: 'ip', pattern: /\b(?:\d{1,3}\.){3}\d{1,3}\b/g },
  {
    kind: 'ip',
    pattern: /(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:%\w+)?/gi,
    accept: (match) => /[0-9a-f]/i.test(match),
  },
  { kind: 'number', pattern: /\+?\(?\p{Nd}(?:[\s.,()/_\-–—]{0,2}\p{Nd}){5,}/gu },
  { kind: 'key', pattern: /[\w+/=.~-]{16,}/g, accept: isRandom },
];

/**
 * Takes out of a text what could tell who somebody is or open a door: addresses, keys, numbers, and every name of the
 * organization, each name for its pseudonym. What two rules claim is taken out as one. The text comes back normalized, and
 * nothing that a rule has claimed is in it.
 */
export function redact(given: string, names: readonly SecretName[]): Redacted {
  const text = plain(given);
  const spans = [...patternSpans(text), ...nameSpans(text, names)].sort((a, b) => a.from - b.from || b.to - a.to);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (!last || span.from >= last.to) merged.push({ ...span });
    else if (span.to > last.to) {
      // Parts of two things: neither's name says what it is.
      last.to = span.to;
      last.replacement = `[${last.kind}]`;
    }
  }
  const counts: Record<string, number> = {};
  let out = '';
  let at = 0;
  for (const span of merged) {
    out += text.slice(at, span.from) + span.replacement;
    at = span.to;
    counts[span.kind] = (counts[span.kind] ?? 0) + 1;
  }
  return { text: out + text.slice(at), counts };
}

function* patternSpans(text: string): Generator<Span> {
  for (const { kind, pattern, accept } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      if (match[0] === '' || (accept && !accept(match[0]))) continue;
      const named = kind === 'number' ? numberKind(match[0]) : kind;
      yield { from: match.index, to: match.index + match[0].length, kind: named, replacement: `[${named}]` };
    }
  }
}

/** Shorter ones are found only where they stand alone, and single characters not at all: they say nothing. */
const ANYWHERE_FROM = 4;

function* nameSpans(text: string, names: readonly SecretName[]): Generator<Span> {
  const folded = fold(text);
  for (const secret of names) {
    const { pseudonym } = secret;
    const wanted = foldedName(secret);
    if (wanted.length < 2) continue;
    for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + 1)) {
      const to = at + wanted.length;
      if (wanted.length < ANYWHERE_FROM && (isWord(folded[at - 1]) || isWord(folded[to]))) continue;
      yield { from: at, to, kind: 'name', replacement: pseudonym };
    }
  }
}

/** Many names begin alike with nothing in a text, which is seen without looking through it. */
const BEGINNING = 4;

/** Tells which of many names are in any of a few texts, so that all others can be forgotten. */
export function createNameSearch(texts: readonly string[]): (secret: SecretName) => boolean {
  const folded = texts.map((text) => fold(plain(text)));
  const beginnings = new Set<string>();
  for (const text of folded) for (let at = 0; at < text.length; at++) beginnings.add(text.slice(at, at + BEGINNING));
  return (secret) => {
    const wanted = foldedName(secret);
    if (wanted.length < 2) return false;
    if (wanted.length >= BEGINNING && !beginnings.has(wanted.slice(0, BEGINNING))) return false;
    return folded.some((text) => text.includes(wanted));
  };
}

const plain = (text: string): string => text.normalize('NFKC').replace(INVISIBLE, '');

/** Looked for in each of the texts: folded once, not again for every text. */
const foldedNames = new WeakMap<SecretName, string>();

function foldedName(secret: SecretName): string {
  const known = foldedNames.get(secret);
  if (known !== undefined) return known;
  const folded = fold(plain(secret.name).trim());
  foldedNames.set(secret, folded);
  return folded;
}

const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** Lower case, character by character, so that places stay the same. */
const fold = (text: string): string =>
  [...text]
    .map((character) => {
      const lower = character.toLowerCase();
      return lower.length === character.length ? lower : character;
    })
    .join('');

function numberKind(text: string): string {
  const digits = [...text.replace(/\P{Nd}/gu, '')];
  if (digits.length >= 13 && digits.length <= 19 && passesLuhn(digits.map(Number))) return 'card';
  return digits.length <= 15 && /^\+|[\s().\-/]/.test(text) ? 'phone' : 'number';
}

function passesLuhn(digits: readonly number[]): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = i % 2 === 0 ? digit : digit * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** ISO 13616: the number made of the letters leaves 1 by 97. */
function isIban(text: string): boolean {
  const plain = text.replace(/[ -]/g, '').toUpperCase();
  if (plain.length < 15 || plain.length > 34) return false;
  let rest = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

/** Words are made of letters; what mixes digits into them, or cases, at that length was drawn by a machine. */
function isRandom(text: string): boolean {
  const classes = [/\d/, /[a-z]/, /[A-Z]/].filter((characters) => characters.test(text)).length;
  if (classes < 2) return false;
  return /\d/.test(text) ? entropyOf(text) >= 2.8 : text.length >= 20 && entropyOf(text) >= 4;
}

/** Bits a character, as its own characters are distributed. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((bits, n) => bits - (n / text.length) * Math.log2(n / text.length), 0);
}
