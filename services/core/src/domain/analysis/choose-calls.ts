import type { RecordSelection } from '../../contract/exports.ts';
import type { FindingScope } from './answer-form.ts';
import type { NameKind, NameTable } from './pseudonyms.ts';

/** The filter of records for each part of a scope, and which kind of pseudonym it takes. */
const PARTS = {
  provider: { filter: 'provider', kind: 'provider' },
  model: { filter: 'model', kind: 'model' },
  feature: { filter: 'feature', kind: 'feature' },
  environment: { filter: 'environment', kind: 'environment' },
  project: { filter: 'projectId', kind: 'project' },
  key: { filter: 'key', kind: 'key' },
  user: { filter: 'user', kind: 'user' },
  customer: { filter: 'customer', kind: 'customer' },
  tagvalue: { filter: 'tag', kind: 'tagvalue' },
  tier: { filter: 'serviceTier', kind: 'tier' },
} as const satisfies Record<keyof FindingScope, { filter: keyof RecordSelection; kind: NameKind }>;

/** Those that are names of everybody's: they stand for themselves. */
const PUBLIC: ReadonlySet<string> = new Set(['provider', 'model', 'tier']);

export interface ChosenCalls {
  /** Values as records carry them. */
  selection: RecordSelection;
  /** The same, in pseudonyms, for what is kept. */
  filter: Record<string, string[]>;
}

/**
 * Which calls a model means by the names it was given. `undefined` where it names what was never there: nothing else that it
 * says can be believed then.
 */
export function chooseCalls(
  scope: FindingScope,
  names: NameTable,
  subject: { from: Date; to: Date; projectIds: readonly number[] },
): ChosenCalls | undefined {
  const chosen: Record<string, (string | number)[]> = { projectId: [...subject.projectIds] };
  const filter: Record<string, string[]> = {};
  for (const [part, said] of Object.entries(scope)) {
    if (said === undefined) continue;
    const { filter: name, kind } = PARTS[part as keyof typeof PARTS];
    const value = realValue(said, kind, part, names);
    if (value === undefined) return undefined;
    const isNumber = name === 'projectId' || name === 'key';
    if (name === 'projectId' && !subject.projectIds.includes(Number(value))) return undefined;
    chosen[name] = [isNumber ? Number(value) : value];
    filter[name] = [value === '' || (isNumber && value === '0') ? value : said];
  }
  return {
    selection: { from: subject.from.toISOString(), to: subject.to.toISOString(), ...chosen } as RecordSelection,
    filter,
  };
}

function realValue(said: string, kind: NameKind, part: string, names: NameTable): string | undefined {
  const real = Object.hasOwn(names, said) ? names[said] : undefined;
  if (real) return real.kind === kind ? real.value : undefined;
  if (PUBLIC.has(part)) return said === 'none' ? '' : said;
  // Calls that carry no such name. All have a project, and a tag that is not there is no value of it.
  if (said !== 'none' || part === 'project' || part === 'tagvalue') return undefined;
  return part === 'key' ? '0' : '';
}
