import { useQuery } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { environmentsQuery } from '../../lib/api/environments.ts';
import { useAppSearch, useSearchPatch } from '../../lib/search-state.ts';
import { Picker } from '../ui/picker.tsx';

/** No environment can have this name: names have no line breaks. */
const ALL = '\n';

export function EnvironmentPicker() {
  const { env, project } = useAppSearch();
  const patch = useSearchPatch();
  const { data } = useQuery(environmentsQuery(project));
  const names = new Set(data?.environments ?? []);
  if (env !== undefined) names.add(env);
  // With one environment there is nothing to choose.
  if (names.size < 2 && env === undefined) return null;
  const options = [
    { value: ALL, label: 'All environments' },
    ...[...names].map((name) => ({ value: name, label: name === '' ? 'No environment' : name })),
  ];
  return (
    <Picker
      label="Environment"
      options={options}
      selected={[env ?? ALL]}
      icon={<Layers size={14} className="text-subtle" aria-hidden />}
      onChoose={(value) => patch({ env: value === ALL ? undefined : value })}
    />
  );
}
