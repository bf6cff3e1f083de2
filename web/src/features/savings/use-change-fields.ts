import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearchPatch } from '../../lib/search-state.ts';
import { useSavingsSearch } from './use-savings.ts';
import { type ChangeFields, NO_CHANGE } from './whatif.ts';

/** How long after the last key the address follows. */
const SETTLED_MS = 300;

const FIELDS = Object.keys(NO_CHANGE) as (keyof ChangeFields)[];
const compact = (fields: ChangeFields): ChangeFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

/** The form's fields: as they are typed, and as the address has them when typing has come to rest. */
export function useChangeFields() {
  const search = useSavingsSearch();
  const patch = useSearchPatch();
  const settled = useMemo(
    (): ChangeFields => compact(Object.fromEntries(FIELDS.map((field) => [field, search[field]]))),
    [search],
  );
  const [typed, setTyped] = useState(settled);
  const written = useRef(JSON.stringify(settled));
  const latest = useRef(patch);
  latest.current = patch;

  // Back and a link change the address from outside.
  useEffect(() => {
    const text = JSON.stringify(settled);
    if (text !== written.current) setTyped(settled);
    written.current = text;
  }, [settled]);

  useEffect(() => {
    const ordered = compact(Object.fromEntries(FIELDS.map((field) => [field, typed[field]])));
    const next = JSON.stringify(ordered);
    if (next === written.current) return;
    const timer = setTimeout(() => {
      written.current = next;
      latest.current({ ...NO_CHANGE, ...ordered }, { replace: true });
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  return { typed, settled, change: (fields: ChangeFields) => setTyped((before) => ({ ...before, ...fields })) };
}
