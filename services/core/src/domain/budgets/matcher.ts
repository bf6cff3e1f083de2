import type { BudgetConditions } from '../../contract/budgets.ts';
import type { BudgetRule } from './rules.ts';

/** What of a call decides which budgets cover it. */
export interface Attributes {
  keyId: number | null;
  provider: string;
  model: string;
  feature: string | null;
  environment: string | null;
  endUser: string | null;
  customer: string | null;
  tags: Readonly<Record<string, string>> | null;
}

/** A budget in one of its projects. */
export interface Target {
  rule: BudgetRule;
  projectId: number;
}

export interface Matcher {
  /** Whether any budget may cover a call of the project. */
  concerns(projectId: number): boolean;
  /** Calls `found` with each budget that covers the call. The same target is the same object each time. */
  match(projectId: number, call: Attributes, found: (target: Target) => void): void;
}

type Predicate = (call: Attributes) => boolean;
type Read = (call: Attributes) => string | number | null | undefined;

interface Compiled {
  target: Target;
  /** What the index has not looked at. */
  rest: readonly Predicate[];
}

/** One of the values of one dimension. */
interface Condition {
  /** The same for the same dimension. */
  dimension: string;
  read: Read;
  values: readonly (string | number)[];
}

interface ProjectIndex {
  always: Compiled[];
  by: { dimension: string; read: Read; byValue: Map<string | number, Compiled[]> }[];
}

/**
 * Prepares budgets for matching. A thousand budgets, one for each user say, must not cost a thousand looks at each call:
 * a budget is found by the value of the dimension that tells most, and only then the rest of its conditions is looked at.
 */
export function createMatcher(rules: readonly BudgetRule[]): Matcher {
  const projects = new Map<number, ProjectIndex>();
  for (const rule of rules) {
    const [first, ...rest] = conditionsOf(rule.conditions);
    for (const projectId of rule.projectIds) {
      const index = projects.get(projectId) ?? { always: [], by: [] };
      projects.set(projectId, index);
      const compiled = { target: { rule, projectId }, rest: rest.map(predicateOf) };
      if (first) enter(index, first, compiled);
      else index.always.push(compiled);
    }
  }
  return {
    concerns: (projectId) => projects.has(projectId),
    match(projectId, call, found) {
      const index = projects.get(projectId);
      if (!index) return;
      for (const { target } of index.always) found(target);
      for (const { read, byValue } of index.by) {
        const value = read(call);
        const candidates = value === null || value === undefined ? undefined : byValue.get(value);
        if (!candidates) continue;
        for (const { target, rest } of candidates) if (rest.every((holds) => holds(call))) found(target);
      }
    },
  };
}

function enter(index: ProjectIndex, { dimension, read, values }: Condition, compiled: Compiled): void {
  let entry = index.by.find((one) => one.dimension === dimension);
  if (!entry) {
    entry = { dimension, read, byValue: new Map() };
    index.by.push(entry);
  }
  for (const value of values) {
    const list = entry.byValue.get(value) ?? [];
    list.push(compiled);
    entry.byValue.set(value, list);
  }
}

function predicateOf({ read, values }: Condition): Predicate {
  const wanted = new Set(values);
  return (call) => {
    const value = read(call);
    return value !== null && value !== undefined && wanted.has(value);
  };
}

/** Those first that have most different values. */
function conditionsOf(conditions: BudgetConditions): Condition[] {
  const one = (dimension: string, read: Read, values: readonly (string | number)[] | undefined): Condition[] =>
    values ? [{ dimension, read, values }] : [];
  return [
    ...one('user', (call) => call.endUser, conditions.users),
    ...one('customer', (call) => call.customer, conditions.customers),
    ...Object.entries(conditions.tags ?? {}).flatMap(([key, values]) =>
      one(`tag ${key}`, ({ tags }) => (tags && Object.hasOwn(tags, key) ? tags[key] : null), values),
    ),
    ...one('key', (call) => call.keyId, conditions.keys),
    ...one('feature', (call) => call.feature, conditions.features),
    ...one('model', (call) => call.model, conditions.models),
    ...one('provider', (call) => call.provider, conditions.providers),
    ...one('environment', (call) => call.environment, conditions.environments),
  ];
}
