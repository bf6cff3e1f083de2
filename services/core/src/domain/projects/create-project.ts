import type { Project } from '../../contract/accounts.ts';
import type { Db } from '../../db/connection.ts';
import { isUniqueViolation } from '../../db/violations.ts';
import { AppError } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { PROJECT_COLUMNS, toProject } from './projects.ts';

/** @throws AppError `conflict` when the organization has a project of that name */
export async function createProject(
  tx: Db,
  organizationId: number,
  input: { name: string; demo?: boolean },
): Promise<Project> {
  try {
    const row = await tx
      .insertInto('projects')
      .values({ organization_id: organizationId, name: input.name.trim(), demo: input.demo ?? false })
      .returning(PROJECT_COLUMNS)
      .executeTakeFirstOrThrow();
    const project = toProject(row);
    await audit(tx, organizationId, {
      action: 'project.created',
      targetId: project.id,
      after: { name: project.name, demo: project.demo },
    });
    return project;
  } catch (error) {
    if (isUniqueViolation(error, 'projects_name_key')) throw nameTaken(input.name);
    throw error;
  }
}

export const nameTaken = (name: string) =>
  new AppError('conflict', `There is already a project named ${JSON.stringify(name.trim())}`, {
    fields: [{ field: 'name', message: 'is already taken by another project' }],
  });
