import type { ModelAlias, NewModelAlias } from '../../contract/prices.ts';
import type { Db } from '../../db/connection.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import { AppError, invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { findUnstorableText } from '../usage/unstorable-text.ts';
import { isListed } from './overrides.ts';
import { toInstant } from './price-runs.ts';

/**
 * Says which model a name of the organization stands for.
 * @throws AppError `invalid_request` when there is no price for the target; `conflict` when the name has a meaning already
 */
export async function createAlias(
  tx: Db,
  organizationId: number,
  input: NewModelAlias & { createdBy: number },
): Promise<ModelAlias> {
  const offender = findUnstorableText({ name: input.name, provider: input.provider });
  if (offender !== undefined) throw invalidField(offender, 'contains a character that cannot be stored');
  const name = input.name.trim();
  if (name === '') throw invalidField('name', 'must not be empty');
  await checkTarget(tx, organizationId, input.modelKey);
  try {
    const { id } = await tx
      .insertInto('model_aliases')
      .values({
        organization_id: organizationId,
        provider: input.provider?.trim() || null,
        name,
        model_key: input.modelKey,
        created_by: input.createdBy,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const created = await findAlias(tx, organizationId, id);
    await audit(tx, organizationId, { action: 'alias.created', targetId: id, after: said(created) });
    return created;
  } catch (error) {
    if (!isUniqueViolation(error, 'model_aliases_name_key')) throw error;
    throw new AppError('conflict', `${name} stands for a model already`);
  }
}

/** @throws AppError `not_found`; `invalid_request` when there is no price for the target */
export async function changeAlias(
  tx: Db,
  organizationId: number,
  input: { aliasId: number; modelKey: string },
): Promise<ModelAlias> {
  await checkTarget(tx, organizationId, input.modelKey);
  const before = await findAlias(tx, organizationId, input.aliasId);
  await tx
    .updateTable('model_aliases')
    .set({ model_key: input.modelKey })
    .where('organization_id', '=', organizationId)
    .where('id', '=', input.aliasId)
    .execute();
  const after = await findAlias(tx, organizationId, input.aliasId);
  await audit(tx, organizationId, {
    action: 'alias.changed',
    targetId: input.aliasId,
    before: said(before),
    after: said(after),
  });
  return after;
}

/** @throws AppError `not_found` */
export async function deleteAlias(tx: Db, organizationId: number, aliasId: number): Promise<void> {
  const before = await findAlias(tx, organizationId, aliasId);
  const deleted = await tx
    .deleteFrom('model_aliases')
    .where('organization_id', '=', organizationId)
    .where('id', '=', aliasId)
    .returning('id')
    .executeTakeFirst();
  if (!deleted) throw new AppError('not_found', `There is no alias ${aliasId}`);
  await audit(tx, organizationId, { action: 'alias.deleted', targetId: aliasId, before: said(before) });
}

/** What the audit log says of an alias. */
const said = ({ name, provider, modelKey }: ModelAlias) => ({ name, provider, modelKey });

async function checkTarget(tx: Db, organizationId: number, modelKey: string): Promise<void> {
  if (await isListed(tx, modelKey)) return;
  const own = await tx
    .selectFrom('price_overrides')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('model_key', '=', modelKey)
    .where('withdrawn_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (!own) throw invalidField('modelKey', 'must be a model of the price list, or one that you have set a price for');
}

const selectAliases = (tx: Db, organizationId: number) =>
  tx
    .selectFrom('model_aliases as alias')
    .leftJoin('users', 'users.id', 'alias.created_by')
    .select([
      'alias.id',
      'alias.name',
      'alias.provider',
      'alias.model_key',
      'alias.created_at',
      'users.id as user_id',
      'users.name as user_name',
    ])
    .where('alias.organization_id', '=', organizationId);

/** The organization's aliases, by name. */
export async function listAliases(tx: Db, organizationId: number): Promise<ModelAlias[]> {
  const rows = await selectAliases(tx, organizationId).orderBy('alias.name').orderBy('alias.provider').execute();
  return rows.map(toModelAlias);
}

async function findAlias(tx: Db, organizationId: number, id: number): Promise<ModelAlias> {
  const row = await selectAliases(tx, organizationId).where('alias.id', '=', id).executeTakeFirst();
  if (!row) throw new AppError('not_found', `There is no alias ${id}`);
  return toModelAlias(row);
}

type AliasRow = Awaited<ReturnType<ReturnType<typeof selectAliases>['executeTakeFirstOrThrow']>>;

const toModelAlias = (row: AliasRow): ModelAlias => ({
  id: row.id,
  name: row.name,
  provider: row.provider,
  modelKey: row.model_key,
  createdBy: row.user_id === null ? null : { id: row.user_id, name: row.user_name ?? '' },
  createdAt: toInstant(row.created_at) ?? '',
});
