import { NewProject, Project, ProjectChange } from '@tokengrip/core/contract/accounts';
import { Id } from '@tokengrip/core/contract/common';
import { Deletion, ProjectDeletion } from '@tokengrip/core/contract/teams';
import { inScope } from '@tokengrip/core/db/scope';
import { announceKeyChange } from '@tokengrip/core/domain/keys/revoke-api-key';
import { beginProjectDeletion } from '@tokengrip/core/domain/projects/begin-project-deletion';
import { changeProject } from '@tokengrip/core/domain/projects/change-project';
import { createProject } from '@tokengrip/core/domain/projects/create-project';
import { listEnvironments } from '@tokengrip/core/domain/usage/list-environments';
import type { Server } from '@tokengrip/core/http/server';
import { runDeletionsJob } from '@tokengrip/core/queues/jobs';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';

const ProjectPath = Type.Object({ projectId: Id });

export function projectRoutes(server: Server, ctx: ApiContext): void {
  server.post('/projects', { schema: { body: NewProject, response: { 201: Project } } }, async (request, reply) => {
    const member = await request.member();
    const project = await inScope(ctx, member, (tx) => createProject(tx, member.organizationId, request.body));
    return reply.code(201).send(project);
  });

  server.patch(
    '/projects/:projectId',
    { schema: { params: ProjectPath, body: ProjectChange, response: { 200: Project } } },
    async (request) => {
      const member = await request.member();
      const project = await inScope(ctx, member, (tx) =>
        changeProject(tx, member.organizationId, request.params.projectId, { ...request.body, now: ctx.clock.now() }),
      );
      await announceKeyChange(ctx.redis, ctx.log);
      return project;
    },
  );

  server.delete(
    '/projects/:projectId',
    { schema: { params: ProjectPath, body: ProjectDeletion, response: { 202: Deletion } } },
    async (request, reply) => {
      const member = await request.member();
      const input = { ...request.params, ...request.body, now: ctx.clock.now() };
      const deletion = await inScope(ctx, member, (tx) => beginProjectDeletion(tx, member, input));
      await announceKeyChange(ctx.redis, ctx.log);
      await ctx.jobs.send(runDeletionsJob, {}).catch(() => {});
      return reply.code(202).send(deletion);
    },
  );

  server.get(
    '/environments',
    {
      schema: {
        querystring: Type.Object({ projectId: Type.Optional(Type.Array(Id)) }),
        response: { 200: Type.Object({ environments: Type.Array(Type.String()) }) },
      },
    },
    async (request) => {
      const member = await request.member();
      const { projectId } = request.query;
      const environments = await inScope(ctx, member, (tx) =>
        listEnvironments(tx, member.organizationId, { projectId, now: ctx.clock.now() }),
      );
      return { environments };
    },
  );
}
