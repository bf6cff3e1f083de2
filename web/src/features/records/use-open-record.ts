import { useSearch } from '@tanstack/react-router';
import { readRecordsSearch } from '../../lib/search.ts';
import { useSearchPatch } from '../../lib/search-state.ts';

/** The record whose details are open, from the address. */
export function useOpenRecord(): { address: string | undefined; show: (address: string | undefined) => void } {
  const raw = useSearch({ strict: false });
  const patch = useSearchPatch();
  const { record } = readRecordsSearch(raw);
  return { address: record, show: (next) => patch({ record: next }, { replace: record !== undefined }) };
}
