import { Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Panel } from '../../../components/ui/panel.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { usePricesSearch } from '../use-prices.ts';
import { CatalogTable } from './catalog-table.tsx';
import { ModelsInUseTable } from './models-in-use-table.tsx';

/** The models that were called, or the whole price list; both can be searched. */
export function ModelsTab() {
  const { list } = usePricesSearch();
  const patch = useSearchPatch();
  return (
    <Panel aria-label="Models" className="flex min-h-80 flex-col">
      <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
        <Segmented
          label="Which models"
          value={list ?? 'used'}
          onChange={(next) => patch({ list: next === 'all' ? 'all' : undefined, page: undefined })}
          options={[
            { value: 'used', label: 'In use' },
            { value: 'all', label: 'Whole price list' },
          ]}
        />
        <SearchBox />
      </div>
      {list === 'all' ? <CatalogTable /> : <ModelsInUseTable />}
    </Panel>
  );
}

/** How long after the last key the address follows. */
const SETTLED_MS = 200;

function SearchBox() {
  const { q } = usePricesSearch();
  const patch = useSearchPatch();
  const [text, setText] = useState(q ?? '');
  const written = useRef(q);
  const latest = useRef(patch);
  latest.current = patch;

  // Back and a link of the page change the address from outside.
  useEffect(() => {
    if (q !== written.current) setText(q ?? '');
    written.current = q;
  }, [q]);

  useEffect(() => {
    const next = text.trim() === '' ? undefined : text.trim();
    if (next === written.current) return;
    const timer = setTimeout(() => {
      written.current = next;
      latest.current({ q: next, page: undefined }, { replace: true });
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <div className="relative w-72 max-w-full max-sm:w-full">
      <Search
        size={14}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-subtle"
        aria-hidden
      />
      <input
        type="search"
        aria-label="Search models"
        placeholder="Search models"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="h-8 w-full rounded-sm border border-line-strong bg-surface px-8 text-sm [&::-webkit-search-cancel-button]:hidden text-ink shadow-raised placeholder:text-subtle focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent-soft"
      />
      {text !== '' && (
        <button
          type="button"
          aria-label="Clear the search"
          onClick={() => setText('')}
          className="absolute top-1/2 right-1.5 -translate-y-1/2 rounded-xs p-1 text-subtle hover:bg-hover hover:text-ink"
        >
          <X size={13} aria-hidden />
        </button>
      )}
    </div>
  );
}
