import {
  Budget,
  BudgetDetail,
  BudgetList,
  BudgetPreview,
  BudgetPreviewRequest,
  NewBudget,
} from '@tokengrip/core/contract/budgets';
import { Id } from '@tokengrip/core/contract/common';
import { ListExportQuery } from '@tokengrip/core/contract/exports';
import { inScope, inSnapshot, type Tx } from '@tokengrip/core/db/scope';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { listBudgets, readBudget } from '@tokengrip/core/domain/budgets/list-budgets';
import { previewBudget } from '@tokengrip/core/domain/budgets/preview-budget';
import { readBudgetDetail } from '@tokengrip/core/domain/budgets/read-budget-detail';
import { type Author, archiveBudget, createBudget, updateBudget } from '@tokengrip/core/domain/budgets/write-budget';
import { budgetsFile } from '@tokengrip/core/domain/exports/budgets-file';
import type { Server } from '@tokengrip/core/http/server';
import { fillBudgetsJob } from '@tokengrip/core/queues/jobs';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { attach } from './attachment.ts';

const BudgetPath = Type.Object({ budgetId: Id });

export function budgetRoutes(server: Server, ctx: ApiContext): void {
  /** Does what is asked, and lets the worker count the past; a minute later it looks by itself. */
  async function change(member: Member, work: (tx: Tx, author: Author) => Promise<number>): Promise<Budget> {
    const now = ctx.clock.now();
    const { organizationId, userId } = member;
    const id = await inScope(ctx, member, (tx) => work(tx, { organizationId, userId, now }));
    await ctx.jobs.send(fillBudgetsJob, {}).catch(() => {});
    const { budget } = await inScope(ctx, member, (tx) => readBudget(tx, organizationId, id, now));
    return budget;
  }

  const organizationOf = async (tx: Tx, member: Member) => {
    const { retention_days: retentionDays } = await tx
      .selectFrom('organizations')
      .select('retention_days')
      .where('id', '=', member.organizationId)
      .executeTakeFirstOrThrow();
    return { id: member.organizationId, timeZone: member.timeZone, retentionDays };
  };

  server.get('/budgets', { schema: { response: { 200: BudgetList } } }, async (request) => {
    const member = await request.member();
    const organization = { id: member.organizationId, timeZone: member.timeZone };
    return inSnapshot(ctx, member, (tx) => listBudgets(tx, organization, ctx.clock.now()));
  });

  server.get('/budgets/export', { schema: { querystring: ListExportQuery } }, async (request, reply) => {
    const member = await request.member();
    const file = await inSnapshot(ctx, member, async (tx) =>
      budgetsFile(tx, await organizationOf(tx, member), request.query, ctx.clock.now()),
    );
    return attach(reply, file).send(file.text);
  });

  server.get(
    '/budgets/:budgetId',
    { schema: { params: BudgetPath, response: { 200: BudgetDetail } } },
    async (request) => {
      const member = await request.member();
      return inSnapshot(ctx, member, async (tx) =>
        readBudgetDetail(tx, await organizationOf(tx, member), request.params.budgetId, ctx.clock.now()),
      );
    },
  );

  server.post('/budgets', { schema: { body: NewBudget, response: { 201: Budget } } }, async (request, reply) => {
    const member = await request.member();
    return reply.code(201).send(await change(member, (tx, author) => createBudget(tx, author, request.body)));
  });

  server.put(
    '/budgets/:budgetId',
    { schema: { params: BudgetPath, body: NewBudget, response: { 200: Budget } } },
    async (request) =>
      change(await request.member(), async (tx, author) => {
        await updateBudget(tx, author, request.params.budgetId, request.body);
        return request.params.budgetId;
      }),
  );

  server.delete('/budgets/:budgetId', { schema: { params: BudgetPath, response: { 200: Budget } } }, async (request) =>
    change(await request.member(), async (tx, author) => {
      await archiveBudget(tx, author, request.params.budgetId);
      return request.params.budgetId;
    }),
  );

  server.post(
    '/budgets/preview',
    { schema: { body: BudgetPreviewRequest, response: { 200: BudgetPreview } } },
    async (request) => {
      const member = await request.member();
      return inScope(ctx, member, async (tx) =>
        previewBudget(tx, await organizationOf(tx, member), request.body, ctx.clock.now()),
      );
    },
  );
}
