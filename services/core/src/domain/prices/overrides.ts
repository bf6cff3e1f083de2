import type { NewPriceOverride, PriceOverride } from '../../contract/prices.ts';
import { checkRate, type RefusalReason } from '../../cost/compact-entry.ts';
import type { Db } from '../../db/connection.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import { AppError, invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { findUnstorableText } from '../usage/unstorable-text.ts';
import { toInstant } from './price-runs.ts';

const MAX_RATES = 200;

const REFUSALS: Record<RefusalReason, string> = {
  unknown_field: 'is not a rate that is known here',
  not_a_number: 'must be a decimal number as text, e.g. "0.0000025"',
  negative: 'must not be negative',
  above_limit: 'must be at most 1 USD per token (1000 per other unit, 100 for a factor)',
  too_many_decimals: 'must have at most 24 decimals',
  not_an_object: 'must be an object',
};

/**
 * Sets an organization's own price of a model. A rate of 0 is a price. Where two are in effect, the one that begins later
 * counts.
 * @throws AppError `invalid_request` naming the rate or the field; `conflict` when one begins at the same time already
 */
export async function createOverride(
  tx: Db,
  organizationId: number,
  input: NewPriceOverride & { createdBy: number; now: Date },
): Promise<PriceOverride> {
  checkRates(input.rates);
  const kind = input.kind ?? 'override';
  const modelKey = input.modelKey.trim();
  const offender = findUnstorableText({ modelKey, provider: input.provider, mode: input.mode, note: input.note });
  if (offender !== undefined) throw invalidField(offender, 'contains a character that cannot be stored');
  if (modelKey === '') throw invalidField('modelKey', 'must not be empty');
  const listed = await isListed(tx, modelKey);
  if (!listed && input.provider === undefined) {
    throw invalidField('provider', 'is required for a model that the price list does not have');
  }
  if (Object.keys(input.rates).length === 0) throw invalidField('rates', 'must have at least one rate');
  const from = input.effectiveFrom ? new Date(input.effectiveFrom) : null;
  const to = input.effectiveTo ? new Date(input.effectiveTo) : null;
  if (from && to && to <= from) throw invalidField('effectiveTo', 'must be after `effectiveFrom`');
  try {
    const { id } = await tx
      .insertInto('price_overrides')
      .values({
        organization_id: organizationId,
        model_key: modelKey,
        provider: input.provider?.trim() ?? null,
        mode: input.mode ?? null,
        kind,
        rates: JSON.stringify(input.rates),
        ...(from ? { effective_from: from } : {}),
        effective_to: to,
        note: input.note?.trim() || null,
        created_by: input.createdBy,
        created_at: input.now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const created = await findOverride(tx, organizationId, id, input.now);
    await audit(tx, organizationId, { action: 'override.created', targetId: id, after: said(created) });
    return created;
  } catch (error) {
    if (!isUniqueViolation(error, 'price_overrides_start_key')) throw error;
    throw new AppError('conflict', `Another override of ${modelKey} begins at the same time: end or delete it first`);
  }
}

/**
 * Puts another override in the place of one, in one step: what it said is as if it had never held.
 * @throws AppError `not_found`, and what `createOverride` throws
 */
export async function replaceOverride(
  tx: Db,
  organizationId: number,
  input: NewPriceOverride & { overrideId: number; createdBy: number; now: Date },
): Promise<PriceOverride> {
  const { overrideId, createdBy, now } = input;
  await withdrawOverride(tx, organizationId, { overrideId, withdrawnBy: createdBy, now });
  return createOverride(tx, organizationId, input);
}

function checkRates(rates: Record<string, string>): void {
  const names = Object.keys(rates);
  if (names.length > MAX_RATES) throw invalidField('rates', `must have at most ${MAX_RATES} entries`);
  for (const name of names) {
    const reason = checkRate(name, rates[name] ?? '');
    if (reason !== undefined) throw invalidField(`rates.${name.slice(0, 200)}`, REFUSALS[reason]);
  }
}

/** Whether the shared list has a model of this key. */
export async function isListed(tx: Db, modelKey: string): Promise<boolean> {
  const found = await tx
    .selectFrom('price_versions')
    .select('id')
    .where('model_key', '=', modelKey)
    .where('superseded_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/**
 * Ends an override; records from then on have the list's price, or that of an override that began earlier.
 * @throws AppError `not_found`; `invalid_request` when that is before its start; `conflict` when it has ended before
 */
export async function endOverride(
  tx: Db,
  organizationId: number,
  input: { overrideId: number; at: Date; now: Date },
): Promise<PriceOverride> {
  const override = await findOverride(tx, organizationId, input.overrideId, input.now);
  if (override.effectiveFrom !== null && new Date(override.effectiveFrom) >= input.at) {
    throw invalidField('at', 'must be after the start of the override; delete one that should never have held');
  }
  if (override.effectiveTo !== null && new Date(override.effectiveTo) <= input.at) {
    throw new AppError('conflict', `The override ends at ${override.effectiveTo} already`);
  }
  await audit(tx, organizationId, {
    action: 'override.ended',
    targetId: input.overrideId,
    before: { effectiveTo: override.effectiveTo },
    after: { effectiveTo: input.at },
  });
  await tx
    .updateTable('price_overrides')
    .set({ effective_to: input.at })
    .where('organization_id', '=', organizationId)
    .where('id', '=', input.overrideId)
    .execute();
  return findOverride(tx, organizationId, input.overrideId, input.now);
}

/**
 * Takes an override back, as if it had never held. Its row stays, since records name it; they keep their cost until they
 * are priced again.
 * @throws AppError `not_found`
 */
export async function withdrawOverride(
  tx: Db,
  organizationId: number,
  input: { overrideId: number; withdrawnBy: number; now: Date },
): Promise<void> {
  const override = await findOverride(tx, organizationId, input.overrideId, input.now);
  const withdrawn = await tx
    .updateTable('price_overrides')
    .set({ withdrawn_at: input.now, withdrawn_by: input.withdrawnBy })
    .where('organization_id', '=', organizationId)
    .where('id', '=', input.overrideId)
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!withdrawn) throw new AppError('not_found', `There is no override ${input.overrideId}`);
  await audit(tx, organizationId, {
    action: 'override.withdrawn',
    targetId: input.overrideId,
    before: said(override),
  });
}

/** What the audit log says of an override. */
const said = ({ modelKey, kind, rates, effectiveFrom, effectiveTo }: PriceOverride) => ({
  modelKey,
  kind,
  rates,
  effectiveFrom,
  effectiveTo,
});

const selectOverrides = (tx: Db, organizationId: number) =>
  tx
    .selectFrom('price_overrides as override')
    .leftJoin('users', 'users.id', 'override.created_by')
    .select([
      'override.id',
      'override.model_key',
      'override.provider',
      'override.mode',
      'override.kind',
      'override.rates',
      'override.effective_from',
      'override.effective_to',
      'override.note',
      'override.created_at',
      'users.id as user_id',
      'users.name as user_name',
    ])
    .where('override.organization_id', '=', organizationId)
    .where('override.withdrawn_at', 'is', null);

/** The organization's overrides, by model, the one that begins latest first. */
export async function listOverrides(
  tx: Db,
  organizationId: number,
  input: { modelKey?: string; now: Date },
): Promise<PriceOverride[]> {
  const rows = await selectOverrides(tx, organizationId)
    .$if(input.modelKey !== undefined, (query) => query.where('override.model_key', '=', input.modelKey ?? ''))
    .orderBy('override.model_key')
    .orderBy('override.effective_from', 'desc')
    .execute();
  return rows.map((row) => toPriceOverride(row, input.now));
}

async function findOverride(tx: Db, organizationId: number, id: number, now: Date): Promise<PriceOverride> {
  const row = await selectOverrides(tx, organizationId).where('override.id', '=', id).executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no override ${id}`);
  return toPriceOverride(row, now);
}

type OverrideRow = Awaited<ReturnType<ReturnType<typeof selectOverrides>['executeTakeFirstOrThrow']>>;

function toPriceOverride(row: OverrideRow, now: Date): PriceOverride {
  const ended = row.effective_to !== null && row.effective_to <= now;
  const state = ended ? 'ended' : row.effective_from > now ? 'future' : 'active';
  return {
    id: row.id,
    modelKey: row.model_key,
    provider: row.provider,
    mode: row.mode,
    kind: row.kind,
    rates: row.rates,
    effectiveFrom: toInstant(row.effective_from),
    effectiveTo: toInstant(row.effective_to),
    state,
    note: row.note,
    createdBy: row.user_id === null ? null : { id: row.user_id, name: row.user_name ?? '' },
    createdAt: row.created_at.toISOString(),
  };
}
