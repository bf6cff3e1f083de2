/** Kinds of things that the log tells of, by the first word of their actions. */
export const KINDS = [
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

/** `project.deletion_started` → "Project: deletion started". New actions need no entry here. */
export function describeAction(action: string): string {
  const [kind = '', what = ''] = action.split('.');
  const words = (text: string) => text.replaceAll('_', ' ');
  return `${words(kind).replace(/^./, (letter) => letter.toUpperCase())}: ${words(what)}`;
}
