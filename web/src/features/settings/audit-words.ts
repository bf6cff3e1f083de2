/** Kinds of things that the log tells of, by the first word of their actions. */
const KINDS = [
  ['organization', 'Organization'],
  ['member', 'Members'],
  ['account', 'Accounts'],
  ['invitation', 'Invitations'],
  ['project', 'Projects'],
  ['key', 'Keys'],
  ['token', 'Personal tokens'],
  ['privacy', 'Privacy requests'],
  ['price', 'Price list'],
  ['override', 'Own prices'],
  ['alias', 'Names of models'],
  ['recosting', 'Re-costings'],
  ['budget', 'Budgets'],
  ['sample_data', 'Sample data'],
] as const;

/** A kind that has no word here is shown under its own. */
export const kindLabel = (kind: string): string => KINDS.find(([name]) => name === kind)?.[1] ?? capital(words(kind));

/** `project.deletion_started` → "Project: deletion started". New actions need no entry here. */
export function describeAction(action: string): string {
  const [kind = '', what = ''] = action.split('.');
  return `${capital(words(kind))}: ${words(what)}`;
}

const words = (text: string) => text.replaceAll('_', ' ');
const capital = (text: string) => text.replace(/^./, (letter) => letter.toUpperCase());
