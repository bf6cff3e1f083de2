import { createHash } from 'node:crypto';
import { MINUTE } from '@tokengrip/core/clock';
import {
  BudgetStates,
  BudgetStatesQuery,
  ReservationReply,
  ReservationRequest,
} from '@tokengrip/core/contract/budgets';
import { reserve } from '@tokengrip/core/domain/budgets/reserve';
import { readEventId } from '@tokengrip/core/domain/usage/event-id';
import { invalidField } from '@tokengrip/core/errors';
import type { Server } from '@tokengrip/core/http/server';
import type { BudgetRule } from '@tokengrip/core/domain/budgets/rules';
import Type from 'typebox';
import type { IngestContext } from '../context.ts';
import { keyOwnerOf } from '../key-guard.ts';

/** Longer than nearly any call; a call that takes longer is not counted until its record is there. */
const LEASE_MS = 10 * MINUTE;
const TAG = 'tag.';

/** What the SDK asks: the state of budgets, and room in those that set something aside. */
export function budgetRoutes(server: Server, ctx: IngestContext): void {
  server.get(
    '/v1/budgets',
    { schema: { querystring: BudgetStatesQuery, response: { 200: BudgetStates, 304: Type.Null() } } },
    async (request, reply) => {
      const { user, customer, ...rest } = request.query;
      const tags = Object.fromEntries(
        Object.entries(rest).flatMap(([name, value]) =>
          name.startsWith(TAG) && typeof value === 'string' ? [[name.slice(TAG.length), value]] : [],
        ),
      );
      const states = await ctx.budgets.forAttributes(keyOwnerOf(request), { user, customer, tags });
      const etag = `"${createHash('sha256').update(JSON.stringify(states)).digest('base64url').slice(0, 22)}"`;
      reply.header('etag', etag).header('cache-control', 'private, no-cache');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send(null);
      return states;
    },
  );

  server.post(
    '/v1/budgets/reservations',
    { schema: { body: ReservationRequest, response: { 200: ReservationReply } } },
    async (request) => {
      const owner = keyOwnerOf(request);
      const { id, model, provider = '', user, customer, feature, environment, tags } = request.body;
      const eventId = readEventId(id).uuid;
      if (eventId === undefined) throw invalidField('id', 'is not an id that a record can have');
      const call = {
        keyId: owner.keyId,
        provider,
        model,
        feature: feature ?? null,
        environment: environment ?? null,
        endUser: user ?? null,
        customer: customer ?? null,
        tags: tags ?? null,
      };
      const rules: BudgetRule[] = [];
      const { matcher } = await ctx.knownBudgets.current();
      matcher.match(owner.projectId, call, ({ rule }) => {
        if (rule.reservation) rules.push(rule);
      });
      if (rules.length === 0) return { granted: true, exceeded: [], expiresAt: null };
      const now = ctx.clock.now();
      const expiresAt = new Date(now.getTime() + LEASE_MS);
      const claims = await ctx.estimates.claims({ projectId: owner.projectId, model, feature: call.feature }, rules);
      const full = await reserve(ctx.db, { projectId: owner.projectId, eventId }, claims, { now, expiresAt });
      if (full.length === 0) return { granted: true, exceeded: [], expiresAt: expiresAt.toISOString() };
      const states = await ctx.budgets.of(owner.organizationId);
      const exceeded = full.flatMap(({ id: budgetId }) => {
        const state = states.get(budgetId);
        // There may be something left, but not enough for the call.
        return state ? [{ ...state, status: 'exceeded' as const, reason: 'amount' as const }] : [];
      });
      return { granted: false, exceeded, expiresAt: null };
    },
  );
}
