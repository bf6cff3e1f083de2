import { Me, OrganizationChange } from '@tokengrip/core/contract/accounts';
import {
  Deletion,
  NewOrganization,
  Organization,
  OrganizationDeletion,
  OrganizationList,
  OrganizationSwitch,
  OwnershipTransfer,
} from '@tokengrip/core/contract/teams';
import { inScope } from '@tokengrip/core/db/scope';
import { findMember, type Member } from '@tokengrip/core/domain/accounts/find-member';
import { announceKeyChange } from '@tokengrip/core/domain/keys/revoke-api-key';
import { transferOwnership } from '@tokengrip/core/domain/members/change-role';
import { isAtLeast } from '@tokengrip/core/domain/members/permissions';
import { createOrganization } from '@tokengrip/core/domain/organizations/create-organization';
import { beginOrganizationDeletion } from '@tokengrip/core/domain/organizations/delete-organization';
import { listOrganizations } from '@tokengrip/core/domain/organizations/list-organizations';
import { readOrganization, renameOrganization } from '@tokengrip/core/domain/organizations/organization';
import { switchOrganization } from '@tokengrip/core/domain/organizations/switch-organization';
import { defaultTerms } from '@tokengrip/core/domain/organizations/terms';
import { changeTimeZone } from '@tokengrip/core/domain/rollups/change-time-zone';
import { AppError } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import { buildCalendarsJob, runDeletionsJob } from '@tokengrip/core/queues/jobs';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';
import { describeMember } from './accounts-me.ts';

/** The organization at hand, and which of a person's that is. */
export function organizationRoutes(server: Server, ctx: ApiContext, config: ApiConfig): void {
  /** As the person is from the next request on. */
  async function meIn(member: Member, organizationId: number): Promise<Me> {
    const there = await findMember(ctx, { id: member.sessionId, userId: member.userId }, organizationId);
    if (!there) throw new AppError('not_found', `You are in no organization ${organizationId}`);
    return describeMember(ctx, there);
  }

  server.get('/organizations', { schema: { response: { 200: OrganizationList } } }, async (request) => ({
    organizations: await listOrganizations(ctx, await request.member()),
  }));

  // Whoever owns an organization may change the installation's price list, so that not everybody makes one for themselves.
  server.post(
    '/organizations',
    { schema: { body: NewOrganization, response: { 201: Me } } },
    async (request, reply) => {
      const member = await request.member();
      if (!config.OPEN_REGISTRATION && !isAtLeast(member.role, 'admin')) {
        throw new AppError('forbidden', 'Owners and admins create organizations here');
      }
      const person = { userId: member.userId, address: request.ip };
      const id = await createOrganization(ctx, person, { ...request.body, terms: defaultTerms(config) });
      await switchOrganization(ctx, member, id);
      return reply.code(201).send(await meIn(member, id));
    },
  );

  server.post(
    '/organization/switch',
    { schema: { body: OrganizationSwitch, response: { 200: Me } } },
    async (request) => {
      const member = await request.member();
      await switchOrganization(ctx, member, request.body.organizationId);
      return meIn(member, request.body.organizationId);
    },
  );

  server.get('/organization', { schema: { response: { 200: Organization } } }, async (request) => {
    const member = await request.member();
    return inScope(ctx, member, (tx) => readOrganization(tx, member.organizationId, config));
  });

  server.patch('/organization', { schema: { body: OrganizationChange, response: { 200: Me } } }, async (request) => {
    const member = await request.member();
    const { name, timeZone } = request.body;
    await inScope(ctx, member, async (tx) => {
      if (name !== undefined) await renameOrganization(tx, member.organizationId, name);
      if (timeZone !== undefined) await changeTimeZone(tx, member.organizationId, timeZone);
    });
    // The worker also looks for itself, should Redis be away.
    if (timeZone !== undefined) await ctx.jobs.send(buildCalendarsJob, {}).catch(() => {});
    return meIn(member, member.organizationId);
  });

  server.post(
    '/organization/transfer',
    { schema: { body: OwnershipTransfer, response: { 200: Me } } },
    async (request) => {
      const member = await request.member();
      await inScope(ctx, member, (tx) => transferOwnership(tx, member, request.body.userId));
      return meIn(member, member.organizationId);
    },
  );

  server.delete(
    '/organization',
    { schema: { body: OrganizationDeletion, response: { 202: Deletion } } },
    async (request, reply) => {
      const member = await request.member();
      const input = { name: request.body.name, now: ctx.clock.now() };
      const deletion = await inScope(ctx, member, (tx) => beginOrganizationDeletion(tx, member, input));
      await announceKeyChange(ctx.redis, ctx.log);
      await ctx.jobs.send(runDeletionsJob, {}).catch(() => {});
      return reply.code(202).send(deletion);
    },
  );
}
