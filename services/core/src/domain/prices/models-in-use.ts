import { sql } from 'kysely';
import { DAY } from '../../clock.ts';
import type { ModelInUse, ModelsInUse, ModelsInUseQuery } from '../../contract/prices.ts';
import type { Catalog } from '../../cost/catalog.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import { invalidField } from '../../errors.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { ROLLUP_BUCKET_MS } from '../usage/fold-rollup.ts';
import { toCurrentPrice } from './search-catalog.ts';

/** Senders choose the names, so there can be any number; a person looks at the dearest. */
const MAX_MODELS = 500;

interface Row {
  provider: string;
  model: string;
  calls: bigint;
  unpriced: bigint;
  unreadable: bigint;
  approximate: bigint;
  total: bigint;
  last: Date;
}

/**
 * The models that the organization called in a period, the dearest first, with what finds their price now.
 * @throws AppError `invalid_request` for a period that is none, `not_found` for a project that is not the organization's
 */
export async function listModelsInUse(
  tx: Db,
  organizationId: number,
  input: ModelsInUseQuery & { catalog: Catalog; now: Date },
): Promise<ModelsInUse> {
  const { catalog, now } = input;
  const { from, to } = readPeriod(input, now);
  const projectIds = await chooseProjects(tx, organizationId, input.projectId);
  const { rows } = await sql<Row>`
    select provider, model, sum(calls) as calls, sum(unpriced_calls) as unpriced, sum(unreadable_calls) as unreadable,
      sum(approximate_calls) as approximate, sum(total_pico_usd) as total, max(bucket) as last
    from usage_15m
    where project_id = any(${projectIds}::integer[]) and bucket >= ${from} and bucket < ${to}
    group by provider, model
    having sum(calls) > 0
    order by total desc, calls desc, provider, model
    limit ${MAX_MODELS + 1}`.execute(tx);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    models: rows.slice(0, MAX_MODELS).map((row) => describe(row, catalog, now)),
    truncated: rows.length > MAX_MODELS,
  };
}

function readPeriod({ days = 30, from, to }: ModelsInUseQuery, now: Date): { from: Date; to: Date } {
  const start = from === undefined ? now.getTime() - days * DAY : Date.parse(from);
  const end = to === undefined ? now.getTime() : Date.parse(to);
  if (start >= end) throw invalidField('to', 'must be later than `from`');
  const whole = (instant: number) => instant / ROLLUP_BUCKET_MS;
  return {
    from: new Date(Math.floor(whole(start)) * ROLLUP_BUCKET_MS),
    to: new Date(Math.ceil(whole(end)) * ROLLUP_BUCKET_MS),
  };
}

function describe(row: Row, catalog: Catalog, now: Date): ModelInUse {
  const found = catalog.resolve({ provider: row.provider, model: row.model });
  return {
    provider: row.provider,
    model: row.model,
    calls: Number(row.calls),
    pricedCalls: Number(row.calls - row.unpriced - row.unreadable),
    unpricedCalls: Number(row.unpriced),
    unreadableCalls: Number(row.unreadable),
    approximateCalls: Number(row.approximate),
    cost: formatPicoUsd(row.total),
    lastCallAt: row.last.toISOString(),
    modelKey: found?.key ?? null,
    matchedBy: found?.matchedBy ?? null,
    otherProvider: found?.otherProvider ?? false,
    price: toCurrentPrice(found?.prices.at(now.getTime())),
  };
}
