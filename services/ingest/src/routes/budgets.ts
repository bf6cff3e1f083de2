import { createHash } from 'node:crypto';
import {
  BudgetStates,
  BudgetStatesQuery,
  ReservationReply,
  ReservationRequest,
} from '@tokengrip/core/contract/budgets';
import { StaleBudgetsError } from '@tokengrip/core/domain/budgets/count-spend';
import type { BudgetRule } from '@tokengrip/core/domain/budgets/rules';
import type { KeyOwner } from '@tokengrip/core/domain/keys/authenticate-key';
import { readEventId } from '@tokengrip/core/domain/usage/event-id';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { IngestContext } from '../context.ts';
import { keyOwnerOf } from '../key-guard.ts';

/** Without a body, and without a length of one, which proxies take at its word. */
const Unchanged = Type.Unsafe<undefined>({ type: 'null' });
const TAG = 'tag.';
const MAX_TRIES = 3;

/** What the SDK asks: the state of budgets, and room in those that set something aside. */
export function budgetRoutes(server: Server, ctx: IngestContext): void {
  server.get(
    '/v1/budgets',
    { schema: { querystring: BudgetStatesQuery, response: { 200: BudgetStates, 304: Unchanged } } },
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
      if (request.headers['if-none-match'] === etag) return reply.code(304).send(undefined);
      return states;
    },
  );

  server.post(
    '/v1/budgets/reservations',
    { schema: { body: ReservationRequest, response: { 200: ReservationReply } } },
    async (request) => {
      const owner = keyOwnerOf(request);
      for (let tries = 1; ; tries += 1) {
        const { revision } = await ctx.knownBudgets.current();
        try {
          return await grant(ctx, owner, request.body);
        } catch (error) {
          if (!(error instanceof StaleBudgetsError) || tries === MAX_TRIES) throw error;
          ctx.knownBudgets.expire(revision);
        }
      }
    },
  );
}

/** @throws StaleBudgetsError when the budgets are others by now */
async function grant(ctx: IngestContext, owner: KeyOwner, asked: ReservationRequest): Promise<ReservationReply> {
  const call = {
    keyId: owner.keyId,
    provider: asked.provider ?? '',
    model: asked.model,
    feature: asked.feature ?? null,
    environment: asked.environment ?? null,
    endUser: asked.user ?? null,
    customer: asked.customer ?? null,
    tags: asked.tags ?? null,
  };
  const rules: BudgetRule[] = [];
  const { matcher, revision } = await ctx.knownBudgets.current();
  matcher.match(owner.projectId, call, ({ rule }) => {
    if (rule.reservation) rules.push(rule);
  });
  if (rules.length === 0) return { granted: true, exceeded: [], expiresAt: null };
  const { projectId } = owner;
  const claims = await ctx.estimates.claims({ projectId, model: call.model, feature: call.feature }, rules);
  const ask = { projectId, eventId: readEventId(asked.id).uuid, claims };
  const { full, expiresAt } = await ctx.reserver.reserve(ask, revision);
  if (full.length === 0) return { granted: true, exceeded: [], expiresAt: expiresAt.toISOString() };
  const states = await ctx.budgets.of(owner.organizationId);
  const exceeded = full.flatMap(({ id }) => {
    const state = states.get(id);
    // There may be something left, but not enough for the call.
    return state ? [{ ...state, status: 'exceeded' as const, reason: 'amount' as const }] : [];
  });
  return { granted: false, exceeded, expiresAt: null };
}
