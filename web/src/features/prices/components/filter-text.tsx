import type { Recosting } from '@tokengrip/core/contract/recosting';
import { useMe } from '../../../lib/api/me.ts';
import { formatAbsolute, formatDate } from '../../../lib/time.ts';

const several = (names: readonly string[], what: string) =>
  names.length <= 2 ? names.join(' and ') : `${names.length} ${what}`;

/** Which calls a re-costing looks at, in words. */
export function FilterText({ filter }: { filter: Recosting['filter'] }) {
  const { organization, projects } = useMe();
  const { timeZone } = organization;
  const named = filter.projectIds.map((id) => projects.find((project) => project.id === id)?.name ?? `project ${id}`);
  const isAll = projects.every(({ id, demo }) => demo || filter.projectIds.includes(id));
  const parts = [
    `${formatDate(filter.from, timeZone)} – ${formatDate(Date.parse(filter.to) - 1, timeZone)}`,
    isAll && named.length === projects.filter(({ demo }) => !demo).length ? undefined : several(named, 'projects'),
    filter.models && several(filter.models, 'models'),
    filter.providers && !filter.models ? several(filter.providers, 'providers') : undefined,
    filter.onlyUnpriced ? 'only calls without a cost' : undefined,
  ];
  return (
    <span title={`${formatAbsolute(filter.from, timeZone)} – ${formatAbsolute(filter.to, timeZone)}`}>
      {parts.filter(Boolean).join(' · ')}
    </span>
  );
}
