import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { formatCount } from '../lib/numbers.ts';
import { readAppSearch } from '../lib/search.ts';

export interface SectionNavProps<T extends string> {
  to: '/prices' | '/savings' | '/alerts';
  /** The first one is where the page opens without a section in its address. */
  sections: readonly { value: T; label: string }[];
  active: T;
  /** What waits for somebody in a section; 0 is not shown. */
  counts?: Partial<Record<T, number>>;
}

/** The sections of a page, each with an address of its own. */
export function SectionNav<T extends string>({ to, sections, active, counts = {} }: SectionNavProps<T>) {
  const list = useRef<HTMLUListElement>(null);
  const index = sections.findIndex(({ value }) => value === active);
  // On a phone not all have room.
  useEffect(() => {
    list.current?.children[index]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [index]);
  return (
    <nav aria-label="Sections" className="border-b border-line">
      <ul ref={list} className="-mb-px flex gap-5 overflow-x-auto [scrollbar-width:none]">
        {sections.map(({ value, label }, position) => {
          const count = counts[value] ?? 0;
          return (
            <li key={value} className="shrink-0">
              <Link
                to={to}
                // Which sections there are is the page's to say; the router knows those of both at once.
                search={
                  ((search: object) => ({
                    ...readAppSearch({ ...search }),
                    ...(position === 0 ? {} : { tab: value }),
                  })) as never
                }
                // Without it, every section without parameters of its own would count as the present one.
                activeOptions={{ exact: true }}
                aria-current={value === active ? 'page' : undefined}
                className="flex h-9 items-center gap-1.5 border-b-2 border-transparent text-sm font-medium text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2 aria-[current=page]:border-ink aria-[current=page]:text-ink"
              >
                {label}
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
