import {
  Analysis,
  AnalysisList,
  AnalysisPath,
  AnalysisPreview,
  AnalysisRequest,
  AnalysisSettings,
  AnalysisStatus,
  NewAnalysis,
} from '@tokengrip/core/contract/analysis';
import { inScope } from '@tokengrip/core/db/scope';
import type { Member } from '@tokengrip/core/domain/accounts/find-member';
import { readAnalysisStatus } from '@tokengrip/core/domain/analysis/analysis-status';
import { changeAnalysisSettings } from '@tokengrip/core/domain/analysis/change-settings';
import {
  cancelAnalysis,
  deleteAnalysis,
  findAnalysis,
  listAnalyses,
} from '@tokengrip/core/domain/analysis/list-analyses';
import { previewAnalysis } from '@tokengrip/core/domain/analysis/preview-analysis';
import { startAnalysis } from '@tokengrip/core/domain/analysis/start-analysis';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';

/** Analyses by Claude: allowed by the organization, begun by a person who has seen what is sent. The worker sends it. */
export function analysisRoutes(server: Server, ctx: ApiContext): void {
  const statusOf = (member: Member) =>
    inScope(ctx, member, (tx) =>
      readAnalysisStatus(tx, { id: member.organizationId, timeZone: member.timeZone }, ctx.clock.now()),
    );

  server.get('/analysis', { schema: { response: { 200: AnalysisStatus } } }, async (request) =>
    statusOf(await request.member()),
  );

  server.put(
    '/analysis',
    { schema: { body: AnalysisSettings, response: { 200: AnalysisStatus } } },
    async (request) => {
      const member = await request.member();
      const { organizationId, userId } = member;
      const actor = { organizationId, userId, now: ctx.clock.now() };
      await inScope(ctx, member, (tx) => changeAnalysisSettings(tx, actor, request.body));
      return statusOf(member);
    },
  );

  server.post(
    '/analysis/preview',
    { schema: { body: AnalysisRequest, response: { 200: AnalysisPreview } } },
    async (request) => previewAnalysis(ctx, await request.member(), request.body),
  );

  server.get('/analyses', { schema: { response: { 200: AnalysisList } } }, async (request) => {
    const member = await request.member();
    return { analyses: await inScope(ctx, member, (tx) => listAnalyses(tx, member.organizationId)) };
  });

  server.post('/analyses', { schema: { body: NewAnalysis, response: { 202: Analysis } } }, async (request, reply) =>
    reply.code(202).send(await startAnalysis(ctx, await request.member(), request.body)),
  );

  server.get(
    '/analyses/:analysisId',
    { schema: { params: AnalysisPath, response: { 200: Analysis } } },
    async (request) => {
      const member = await request.member();
      return inScope(ctx, member, (tx) => findAnalysis(tx, member.organizationId, request.params.analysisId));
    },
  );

  server.post(
    '/analyses/:analysisId/cancel',
    { schema: { params: AnalysisPath, response: { 202: Analysis } } },
    async (request, reply) => {
      const member = await request.member();
      const { analysisId } = request.params;
      const cancel = () =>
        inScope(ctx, member, (tx) => cancelAnalysis(tx, member.organizationId, analysisId, ctx.clock.now()));
      return reply.code(202).send(await cancel());
    },
  );

  server.delete(
    '/analyses/:analysisId',
    { schema: { params: AnalysisPath, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const member = await request.member();
      await inScope(ctx, member, (tx) => deleteAnalysis(tx, member.organizationId, request.params.analysisId));
      return reply.code(204).send(null);
    },
  );
}
