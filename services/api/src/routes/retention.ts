import {
  Organization,
  PlanChange,
  RetentionChange,
  RetentionPreview,
  RetentionQuery,
} from '@tokengrip/core/contract/teams';
import { inScope } from '@tokengrip/core/db/scope';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { announceKeyChange } from '@tokengrip/core/domain/keys/revoke-api-key';
import { readOrganization } from '@tokengrip/core/domain/organizations/organization';
import { changeTerms, type NewTerms, previewRetention } from '@tokengrip/core/domain/retention/change-retention';
import type { Server } from '@tokengrip/core/http/server';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';

/** For how long records are kept, and the plan that limits it. */
export function retentionRoutes(server: Server, ctx: ApiContext, config: ApiConfig): void {
  async function change(member: Member, terms: Omit<NewTerms, 'limits' | 'now'>): Promise<Organization> {
    const organization = await inScope(ctx, member, async (tx) => {
      await changeTerms(tx, member.organizationId, { ...terms, limits: config, now: ctx.clock.now() });
      return readOrganization(tx, member.organizationId, config);
    });
    // The ingest refuses what is older than what is kept.
    await announceKeyChange(ctx.redis, ctx.log);
    return organization;
  }

  server.get(
    '/organization/retention/preview',
    { schema: { querystring: RetentionQuery, response: { 200: RetentionPreview } } },
    async (request) => {
      const member = await request.member();
      const input = { ...request.query, now: ctx.clock.now() };
      return inScope(ctx, member, (tx) => previewRetention(tx, member.organizationId, input));
    },
  );

  server.put(
    '/organization/retention',
    { schema: { body: RetentionChange, response: { 200: Organization } } },
    async (request) => change(await request.member(), request.body),
  );

  server.put('/organization/plan', { schema: { body: PlanChange, response: { 200: Organization } } }, async (request) =>
    change(await request.member(), request.body),
  );
}
