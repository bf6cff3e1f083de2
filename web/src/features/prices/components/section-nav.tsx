import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { formatCount } from '../../../lib/numbers.ts';
import { PRICE_TABS, type PriceTab, readAppSearch } from '../../../lib/search.ts';

const LABELS: Record<PriceTab, string> = {
  models: 'Models',
  coverage: 'Coverage',
  updates: 'Updates',
  overrides: 'Overrides',
  recost: 'Re-cost',
};

/** The sections of the page, each with an address of its own. */
export function SectionNav({ active, counts }: { active: PriceTab; counts: Partial<Record<PriceTab, number>> }) {
  const list = useRef<HTMLUListElement>(null);
  // On a phone not all have room.
  useEffect(() => {
    list.current?.children[PRICE_TABS.indexOf(active)]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);
  return (
    <nav aria-label="Sections" className="border-b border-line">
      <ul ref={list} className="-mb-px flex gap-5 overflow-x-auto [scrollbar-width:none]">
        {PRICE_TABS.map((tab) => {
          const count = counts[tab] ?? 0;
          return (
            <li key={tab} className="shrink-0">
              <Link
                to="/prices"
                search={(search) => ({ ...readAppSearch(search), ...(tab === 'models' ? {} : { tab }) })}
                // Without it, every section without parameters of its own would count as the present one.
                activeOptions={{ exact: true }}
                aria-current={tab === active ? 'page' : undefined}
                className="flex h-9 items-center gap-1.5 border-b-2 border-transparent text-sm font-medium text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2 aria-[current=page]:border-ink aria-[current=page]:text-ink"
              >
                {LABELS[tab]}
                {count > 0 && (
                  <span className="rounded-full bg-warn-soft px-1.5 text-2xs leading-4 text-warn nums">
                    {formatCount(count)}
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
