import type { WhatIfSummary } from '@tokengrip/core/contract/whatif';
import { useMe } from '../../../lib/api/me.ts';
import { groupName } from '../../../lib/names.ts';
import { formatAbsolute, formatDate } from '../../../lib/time.ts';

type Selection = WhatIfSummary['selection'];

/** Besides the period: what is chosen, in words. */
function partsOf(selection: Selection, projects: readonly { id: number; name: string; demo: boolean }[]): string[] {
  const { from, to, projectId, ...filters } = selection;
  const names = projects.filter(({ id }) => projectId?.includes(id)).map(({ name }) => name);
  const isAll = projectId === undefined || names.length === projects.filter(({ demo }) => !demo).length;
  const chosen = Object.entries(filters).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const values = (Array.isArray(value) ? value : [value]).map((one) => groupName(name, String(one)));
    return [values.length > 3 ? `${values.length} of ${name}` : values.join(' or ')];
  });
  return [...(isAll && names.length !== 1 ? [] : [names.join(', ') || 'projects that are gone']), ...chosen];
}

/** Which calls, in a line. */
export function SelectionText({ selection }: { selection: Selection }) {
  const { projects, organization } = useMe();
  const { timeZone } = organization;
  const { from, to } = selection;
  return (
    <span title={`${formatAbsolute(from, timeZone)} – ${formatAbsolute(to, timeZone)}`}>
      {[
        `${formatDate(from, timeZone)} – ${formatDate(Date.parse(to) - 1, timeZone)}`,
        ...partsOf(selection, projects),
      ].join(' · ')}
    </span>
  );
}
