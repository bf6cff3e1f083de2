import type { Dimension } from '../../contract/analytics.ts';
import type { Db } from '../../db/connection.ts';

/** What a person reads for each group: names where the key carries ids. */
export async function groupLabels(
  tx: Db,
  organizationId: number,
  dimensions: readonly Dimension[],
  keys: readonly (readonly string[])[],
): Promise<string[][]> {
  const names = await Promise.all(dimensions.map((dimension) => namesOf(tx, organizationId, dimension)));
  return keys.map((key) => key.map((value, i) => names[i]?.get(value) ?? value));
}

async function namesOf(tx: Db, organizationId: number, dimension: Dimension): Promise<Map<string, string>> {
  if (dimension === 'project') {
    const rows = await tx
      .selectFrom('projects')
      .select(['id', 'name'])
      .where('organization_id', '=', organizationId)
      .execute();
    return new Map(rows.map(({ id, name }) => [String(id), name]));
  }
  if (dimension === 'key') {
    const rows = await tx
      .selectFrom('api_keys')
      .innerJoin('projects', 'projects.id', 'api_keys.project_id')
      .select(['api_keys.id', 'api_keys.name', 'api_keys.prefix'])
      .where('projects.organization_id', '=', organizationId)
      .execute();
    return new Map(rows.map(({ id, name, prefix }) => [String(id), `${name} (${prefix}…)`]));
  }
  return new Map();
}
