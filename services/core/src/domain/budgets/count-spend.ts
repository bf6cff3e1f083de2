import { CompiledQuery, sql } from 'kysely';
import { int4Array, int8Array, textArray, timestampArray, uuidArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import { together } from '../../db/pipeline.ts';
import { type UnnestColumn, unnestInsert, unnestParameters } from '../../db/unnest.ts';
import { foldSpend, type SpendCell, type SpendingRecord } from './fold-spend.ts';
import { createMatcher, type Matcher } from './matcher.ts';
import { type BudgetRule, loadBudgetRules } from './rules.ts';

/** Budgets as somebody remembers them, ready to be matched. */
export interface KnownBudgets {
  revision: bigint;
  rules: readonly BudgetRule[];
  matcher: Matcher;
  /** Projects with a budget that sets something aside for calls under way. */
  reserving: ReadonlySet<number>;
}

/** What a transaction has added, once it is committed. */
export interface Spent {
  /** Of the transaction. */
  xid: bigint;
  cells: readonly SpendCell[];
}

/** The budgets have changed since they were looked at: the transaction must be begun again with those of now. */
export class StaleBudgetsError extends Error {
  constructor() {
    super('the budgets have changed meanwhile');
    this.name = 'StaleBudgetsError';
  }
}

const COLUMNS: readonly UnnestColumn<SpendCell>[] = [
  { name: 'project_id', travels: 'integer', encode: int4Array((cell) => cell.projectId) },
  { name: 'budget_id', travels: 'integer', encode: int4Array((cell) => cell.budgetId) },
  { name: 'bucket', travels: 'timestamptz', encode: timestampArray((cell) => cell.bucketMs) },
  { name: 'calls', travels: 'bigint', encode: int8Array((cell) => cell.calls) },
  { name: 'tokens', travels: 'bigint', encode: int8Array((cell) => cell.tokens) },
  { name: 'unpriced_calls', travels: 'bigint', encode: int8Array((cell) => cell.unpricedCalls) },
  {
    name: 'total_pico_usd',
    travels: 'text',
    cast: 'numeric',
    encode: textArray((cell) => cell.totalPicoUsd.toString()),
  },
];

const SUMS = ['calls', 'tokens', 'unpriced_calls', 'total_pico_usd'];

const ADD = `/* prepared: add_to_budget_spend */ ${unnestInsert(
  'budget_spend',
  COLUMNS,
  `order by project_id, budget_id, bucket
  on conflict (project_id, budget_id, bucket) do update
    set ${SUMS.map((name) => `${name} = budget_spend.${name} + excluded.${name}`).join(', ')}`,
)}`;

/** Adds to the spend of budgets, in the order of the key: concurrent writers would deadlock otherwise. */
const addSpend = (cells: readonly SpendCell[]) => CompiledQuery.raw(ADD, unnestParameters(COLUMNS, cells));

/** The budgets by which a transaction counts what it writes, and its number. */
export interface Counting {
  budgets: KnownBudgets;
  xid: bigint;
}

/**
 * Remembered budgets are compared with those of now when the transaction has its number already, which it takes in a statement before:
 * whoever changes a budget and then waits until all transactions of the time have ended knows that every later one counts by
 * the change (`fill-budgets.ts`).
 * @param known the budgets as they are remembered; `undefined`: they are looked up
 * @throws StaleBudgetsError when the remembered budgets are not those of now
 */
export async function budgetsOfNow(tx: Db, known: KnownBudgets | undefined): Promise<Counting> {
  const [xid, budgets] = await together([takeNumber(tx), known ? stillKnown(tx, known) : loadKnownBudgets(tx)]);
  return { budgets, xid };
}

async function takeNumber(tx: Db): Promise<bigint> {
  const { rows } = await sql<{ xid: string }>`/* prepared: take_number */
    select pg_current_xact_id()::text as xid`.execute(tx);
  return BigInt(rows[0]?.xid ?? 0);
}

async function stillKnown(tx: Db, known: KnownBudgets): Promise<KnownBudgets> {
  const { rows } = await sql<{ revision: bigint }>`/* prepared: budget_revision */
    select revision from budget_revision`.execute(tx);
  if ((rows[0]?.revision ?? 0n) !== known.revision) throw new StaleBudgetsError();
  return known;
}

/** What adds records to the budgets that cover them. */
export interface Spending {
  cells: readonly SpendCell[];
  statements: readonly CompiledQuery[];
}

/**
 * How new records are added to the budgets that cover them, in the transaction that writes them.
 * @param budgets those of now
 * @returns nothing to do when they concern no budget
 */
export function spendStatements(
  records: Iterable<SpendingRecord & { eventId: string }>,
  budgets: KnownBudgets,
): Spending {
  const cells = foldSpend(budgets.matcher, records);
  return { cells, statements: cells.length === 0 ? [] : [addSpend(cells), ...settleLeases(budgets, records)] };
}

/** Lets the spend of budgets follow records that changed, in the transaction that holds their locks. */
export async function adjustSpend(tx: Db, changes: (matcher: Matcher) => readonly SpendCell[]): Promise<void> {
  const cells = changes((await loadKnownBudgets(tx)).matcher);
  if (cells.length > 0) await tx.executeQuery(addSpend(cells));
}

export async function loadKnownBudgets(db: Db): Promise<KnownBudgets> {
  const { revision, rules } = await loadBudgetRules(db);
  const reserving = new Set(rules.filter(({ reservation }) => reservation).flatMap(({ projectIds }) => projectIds));
  return { revision, rules, matcher: createMatcher(rules), reserving };
}

type Leased = Pick<SpendingRecord, 'projectId'> & { eventId: string };
const projectOf = int4Array((record: Leased) => record.projectId);
const eventOf = uuidArray((record: Leased) => record.eventId);

const SETTLE = `/* prepared: settle_budget_leases */
  delete from budget_leases l
  using unnest($1::integer[], $2::uuid[]) as record (project_id, event_id)
  where l.project_id = record.project_id and l.event_id = record.event_id`;

/** What was set aside for these calls is spent now. */
function settleLeases({ reserving }: KnownBudgets, records: Iterable<Leased>): CompiledQuery[] {
  const leased = [...records].filter(({ projectId }) => reserving.has(projectId));
  return leased.length === 0 ? [] : [CompiledQuery.raw(SETTLE, [projectOf(leased), eventOf(leased)])];
}
