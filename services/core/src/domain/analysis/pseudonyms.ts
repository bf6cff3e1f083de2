/** What a name is the name of. Each kind counts its pseudonyms from 01. */
export const NAME_KINDS = [
  'organization',
  'project',
  'key',
  'feature',
  'environment',
  'user',
  'customer',
  'session',
  'tag',
  'tagvalue',
  'member',
  'model',
  'provider',
  'tier',
  'effort',
  'error',
] as const;
export type NameKind = (typeof NAME_KINDS)[number];

/** What a pseudonym stands for: the value as records have it, and what a person reads. */
interface RealName {
  kind: NameKind;
  value: string;
  label: string;
}

/** By pseudonym. Stays on the server. */
export type NameTable = Record<string, RealName>;

const PSEUDONYM = new RegExp(`\\b(?:${NAME_KINDS.join('|')})_\\d{2,6}\\b`, 'g');

/**
 * Gives names pseudonyms, in the order in which they are first asked for: the same questions in the same order make the same
 * document.
 */
export function createPseudonyms() {
  const byName = new Map<string, string>();
  const counts = new Map<NameKind, number>();
  const table: NameTable = {};
  return {
    table,
    /** `"none"` for what carries no name. */
    of(kind: NameKind, value: string, label = value): string {
      if (value === '') return 'none';
      const key = `${kind} ${value}`;
      const known = byName.get(key);
      if (known !== undefined) return known;
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      const pseudonym = `${kind}_${String(count).padStart(2, '0')}`;
      byName.set(key, pseudonym);
      table[pseudonym] = { kind, value, label };
      return pseudonym;
    },
  };
}

export type Pseudonyms = ReturnType<typeof createPseudonyms>;

/** Puts real names in the place of pseudonyms. One whose name was forgotten, or that never was one, stays. */
export const withRealNames = (text: string, names: NameTable): string =>
  text.replace(PSEUDONYM, (pseudonym) =>
    Object.hasOwn(names, pseudonym) ? (names[pseudonym]?.label ?? '') : pseudonym,
  );

/** Those of the table that occur in a text. */
export function namesIn(text: string, names: NameTable): NameTable {
  const found = new Set(text.match(PSEUDONYM) ?? []);
  return Object.fromEntries(Object.entries(names).filter(([pseudonym]) => found.has(pseudonym)));
}
