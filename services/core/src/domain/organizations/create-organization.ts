import type { Context } from '../../context.ts';
import { inScope, setScope } from '../../db/scope.ts';
import { checkTimeZone, createFirstOrganization, nextOrganizationId } from '../accounts/create-account.ts';
import { audit } from '../audit/audit.ts';
import type { Terms } from './terms.ts';

/**
 * Another organization of a person, who owns it, with a first project.
 * @throws AppError `invalid_request` for a time zone that does not exist
 */
export async function createOrganization(
  ctx: Context,
  person: { userId: number; address?: string },
  input: { name: string; timeZone?: string; terms: Terms },
): Promise<number> {
  const timeZone = checkTimeZone(input.timeZone);
  const name = input.name.trim();
  return inScope(ctx, person, async (tx) => {
    const id = await nextOrganizationId(tx);
    await setScope(tx, { ...person, organizationId: id });
    await createFirstOrganization(tx, id, input.terms);
    await tx.updateTable('organizations').set({ name, time_zone: timeZone }).where('id', '=', id).execute();
    await tx.insertInto('memberships').values({ organization_id: id, user_id: person.userId, role: 'owner' }).execute();
    await audit(tx, id, { action: 'organization.created', after: { name, timeZone, ...input.terms } });
    return id;
  });
}
