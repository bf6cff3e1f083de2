import { NewProject, Project, ProjectChange } from '@tokengrip/core/contract/accounts';
import { Id } from '@tokengrip/core/contract/common';
import { inScope } from '@tokengrip/core/db/scope';
import { announceKeyChange } from '@tokengrip/core/domain/keys/revoke-api-key';
import { changeProject } from '@tokengrip/core/domain/projects/change-project';
import { createProject } from '@tokengrip/core/domain/projects/create-project';
import { listEnvironments } from '@tokengrip/core/domain/usage/list-environments';
import type { Server } from '@tokengrip/core/http/server';
import Type from 'typebox';
import type { ApiContext } from '../context.ts';
import { requireRole } from '../plugins/roles.ts';

const ProjectPath = Type.Object({ projectId: Id });

export function projectRoutes(server: Server, ctx: ApiContext): void {
  server.post('/projects', { schema: { body: NewProject, response: { 201: Project } } }, async (request, reply) => {
    const member = requireRole(await request.member(), 'admin');
    const project = await inScope(ctx, member, (tx) => createProject(tx, member.organizationId, request.body));
    return reply.code(201).send(project);
  });

  server.patch(
    '/projects/:projectId',
    { schema: { params: ProjectPath, body: ProjectChange, response: { 200: Project } } },
    async (request) => {
      const member = requireRole(await request.member(), 'admin');
      const project = await inScope(ctx, member, (tx) =>
        changeProject(tx, member.organizationId, request.params.projectId, request.body),
      );
      await announceKeyChange(ctx.redis, ctx.log);
      return project;
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
