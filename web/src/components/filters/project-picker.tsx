import { Box, FlaskConical } from 'lucide-react';
import { useMe } from '../../lib/api/me.ts';
import { useAppSearch, useSearchPatch } from '../../lib/search-state.ts';
import { Badge } from '../ui/badge.tsx';
import { Picker } from '../ui/picker.tsx';

const ALL = '';
/** From this many on, a list is quicker to search than to read. */
const SEARCHABLE_FROM = 8;

export function ProjectPicker() {
  const { project } = useAppSearch();
  const { projects } = useMe();
  const patch = useSearchPatch();
  const options = [
    { value: ALL, label: 'All projects' },
    ...projects.map(({ id, name, demo }) => ({
      value: String(id),
      label: name,
      hint: demo ? <Badge tone="warn">Demo</Badge> : undefined,
    })),
  ];
  const demo = projects.some(({ id, demo: isDemo }) => isDemo && id === project);
  const Icon = demo ? FlaskConical : Box;
  return (
    <Picker
      label="Project"
      options={options}
      selected={[project === undefined ? ALL : String(project)]}
      icon={<Icon size={14} className="text-subtle" aria-hidden />}
      {...(projects.length >= SEARCHABLE_FROM ? { search: 'Find a project' } : {})}
      onChoose={(value) => patch({ project: value === ALL ? undefined : Number(value), env: undefined })}
    />
  );
}
