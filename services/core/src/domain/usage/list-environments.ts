import { DAY } from '../../clock.ts';
import type { Db } from '../../db/connection.ts';
import { chooseProjects } from './choose-projects.ts';

/** How far back a name must have been used to be offered as a choice. */
const LOOK_BACK_DAYS = 30;

/** The environments that were in use lately, by name; `''` stands for "without one". */
export async function listEnvironments(
  tx: Db,
  organizationId: number,
  input: { projectId: readonly number[] | undefined; now: Date },
): Promise<string[]> {
  const projectIds = await chooseProjects(tx, organizationId, input.projectId);
  if (projectIds.length === 0) return [];
  const rows = await tx
    .selectFrom('usage_15m')
    .select('environment')
    .distinct()
    .where('project_id', 'in', projectIds)
    .where('bucket', '>=', new Date(input.now.getTime() - LOOK_BACK_DAYS * DAY))
    .orderBy('environment')
    .execute();
  return rows.map(({ environment }) => environment);
}
