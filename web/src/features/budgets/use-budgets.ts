import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMe } from '../../lib/api/me.ts';
import { valuesQuery } from './api/values.ts';
import type { DimensionName } from './words.ts';

/** Whether the person may make and change budgets; the server has the last word. */
export function useMayManage(): boolean {
  const { role } = useMe();
  return role === 'owner' || role === 'admin';
}

/** Names of projects and keys, which budgets know by their ids. */
export function useScopeNames(): (dimension: DimensionName, value: string) => string {
  const { projects } = useMe();
  const keys = useQuery(valuesQuery('key'));
  return (dimension, value) => {
    if (dimension === 'projects') return projects.find(({ id }) => String(id) === value)?.name ?? value;
    if (dimension === 'keys') return keys.data?.values.find((key) => key.value === value)?.label ?? value;
    return value;
  };
}

/** Asks again for everything on the page that budgets decide. */
export function useBudgetsChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['budgets'] });
}
