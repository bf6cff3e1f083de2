import type { Context } from '@tokengrip/core/context';
import type { Claim } from '@tokengrip/core/domain/budgets/reserve';
import type { BudgetRule } from '@tokengrip/core/domain/budgets/rules';
import type { PreparedRecord } from '@tokengrip/core/domain/usage/prepared-record';
import { sql } from 'kysely';

/** Which calls resemble each other. */
interface CallKind {
  projectId: number;
  model: string;
  feature: string | null;
}

interface Cost {
  picoUsd: bigint;
  tokens: bigint;
}

const REMEMBERED_CALLS = 64;
const MAX_KINDS = 10_000;
/** Of the amount, where nothing like the call was ever seen. */
const UNKNOWN_SHARE = 100n;

export interface Estimates {
  /** Looks at records that were committed. */
  learn(records: Iterable<PreparedRecord>): void;
  /** What a call may cost each of the budgets. */
  claims(kind: CallKind, rules: readonly BudgetRule[]): Promise<Claim[]>;
}

/**
 * What a call may cost, by the calls before it: the dearest of the last ones of its model and feature that this process
 * has committed; before there are any, the mean of the week by the sums; before that a hundredth of the budget.
 */
export function createEstimates(ctx: Context): Estimates {
  const kinds = new Map<string, Cost[]>();
  const keyOf = ({ projectId, model, feature }: CallKind) => `${projectId}\0${model}\0${feature ?? ''}`;

  function remember(key: string, cost: Cost): void {
    const costs = kinds.get(key) ?? [];
    // In the order of use, so that the one that was not used for longest goes.
    kinds.delete(key);
    const [oldest] = kinds.keys();
    if (kinds.size >= MAX_KINDS && oldest !== undefined) kinds.delete(oldest);
    if (costs.push(cost) > REMEMBERED_CALLS) costs.shift();
    kinds.set(key, costs);
  }

  async function meanOfWeek({ projectId, model, feature }: CallKind): Promise<Cost | undefined> {
    const { rows } = await sql<{ pico_usd: bigint | null; tokens: bigint | null }>`
      select ceil(sum(total_pico_usd) / nullif(sum(calls), 0)) as pico_usd,
        ceil(sum(coalesce(input_tokens, 0) + coalesce(cache_read_tokens, 0) + coalesce(output_tokens, 0)
          + coalesce(reasoning_tokens, 0)) / nullif(sum(calls), 0)) as tokens
      from usage_15m
      where project_id = ${projectId} and bucket >= ${new Date(ctx.clock.now().getTime() - 7 * 24 * 3_600_000)}
        and model = ${model} and (${feature}::text is null or feature = ${feature})`.execute(ctx.db);
    const [row] = rows;
    return row?.pico_usd == null ? undefined : { picoUsd: row.pico_usd, tokens: row.tokens ?? 0n };
  }

  return {
    learn(records) {
      for (const record of records) {
        if (record.totalPicoUsd === null || record.status === 'error') continue;
        const tokens = Object.values(record.tokens).reduce((sum, count) => sum + (count ?? 0), 0);
        remember(keyOf(record), { picoUsd: record.totalPicoUsd, tokens: BigInt(tokens) });
      }
    },
    async claims(kind, rules) {
      const seen = kinds.get(keyOf(kind));
      const mean = seen ? undefined : await meanOfWeek(kind);
      if (mean) remember(keyOf(kind), mean);
      const dearest = (of: (cost: Cost) => bigint): bigint | undefined =>
        seen ? seen.map(of).sort(ascending).at(-1) : mean && of(mean);
      return rules.map((rule): Claim => {
        if (rule.measure === 'calls') return { rule, amount: 1n };
        const estimate = dearest((cost) => (rule.measure === 'usd' ? cost.picoUsd : cost.tokens));
        return { rule, amount: estimate ?? rule.amount / UNKNOWN_SHARE };
      });
    },
  };
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));
