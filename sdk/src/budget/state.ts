/** To which calls a budget applies, within the key's own project: those that have one of the values of each. */
export interface BudgetConditions {
  users?: string[];
  customers?: string[];
  models?: string[];
  providers?: string[];
  features?: string[];
  environments?: string[];
  tags?: Record<string, string[]>;
}

/** A budget as it stands. */
export interface BudgetState {
  id: number;
  name: string;
  action: 'notify' | 'block';
  measure: 'usd' | 'tokens' | 'calls';
  period: 'day' | 'week' | 'month' | 'quarter' | 'rolling';
  /** USD as decimal text, or a whole number of tokens or calls. */
  limit: string;
  spent: string;
  status: 'ok' | 'exceeded' | 'filling' | 'scheduled' | 'archived';
  /** Why it is exceeded: its amount is spent, or there are calls without a price and it fails closed on them. */
  reason: 'amount' | 'unpriced' | null;
  /** When it begins anew, RFC 3339. `null`: a rolling window, which frees itself little by little. */
  resetsAt: string | null;
  /** Percent of the limit. */
  thresholds: number[];
  reservation: boolean;
  conditions: BudgetConditions;
}

/** What the server says to `GET /v1/budgets`. */
export interface BudgetStates {
  budgets: BudgetState[];
  /** The attributes that matter to any budget of the project. */
  by: { user: boolean; customer: boolean; tags: string[] };
}

/** What of a call decides about its budgets. */
export interface BudgetCall {
  id?: string;
  model: string;
  provider?: string;
  feature?: string;
  environment?: string;
  user?: string;
  customer?: string;
  tags?: Record<string, string>;
}

/** Whether the budget applies to the call, which goes by the one model or is answered by the other. */
export function covers(conditions: BudgetConditions, call: BudgetCall, answeredModel: string | undefined): boolean {
  const { models, providers, features, environments } = conditions;
  return (
    has(providers, call.provider) &&
    has(features, call.feature) &&
    has(environments, call.environment) &&
    (has(models, call.model) || (answeredModel !== undefined && has(models, answeredModel))) &&
    concerns(conditions, call)
  );
}

/** The part of the conditions that the server is asked with. */
export function concerns({ users, customers, tags }: BudgetConditions, call: Omit<BudgetCall, 'model'>): boolean {
  if (!has(users, call.user) || !has(customers, call.customer)) return false;
  return Object.entries(tags ?? {}).every(([key, values]) =>
    has(values, call.tags && Object.hasOwn(call.tags, key) ? call.tags[key] : undefined),
  );
}

const has = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));

/** Reads what may come from another version of the server: what is not a budget is left out. */
export function readStates(value: unknown): BudgetState[] {
  return Array.isArray(value) ? value.filter(isState) : [];
}

function isState(value: unknown): value is BudgetState {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, status, conditions, limit, spent } = value as Record<string, unknown>;
  return (
    typeof id === 'number' &&
    typeof name === 'string' &&
    typeof status === 'string' &&
    typeof limit === 'string' &&
    typeof spent === 'string' &&
    typeof conditions === 'object' &&
    conditions !== null
  );
}
