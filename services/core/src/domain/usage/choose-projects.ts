import type { Db } from '../../db/connection.ts';
import { AppError } from '../../errors.ts';

/**
 * The projects that a query is about: those asked for, else all of the organization but the demo project, whose figures
 * are nobody's money.
 * @throws AppError `not_found` for a project that is not the organization's
 */
export async function chooseProjects(
  tx: Db,
  organizationId: number,
  wanted: readonly number[] | undefined,
): Promise<number[]> {
  const projects = await tx
    .selectFrom('projects')
    .select(['id', 'demo'])
    .where('organization_id', '=', organizationId)
    .execute();
  if (wanted && wanted.length > 0) {
    const missing = wanted.find((id) => !projects.some((project) => project.id === id));
    if (missing !== undefined) throw new AppError('not_found', `There is no project ${missing}`);
    return [...wanted];
  }
  return projects.filter((project) => !project.demo).map((project) => project.id);
}
