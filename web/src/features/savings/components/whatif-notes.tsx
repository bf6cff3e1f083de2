import type { WhatIfResult } from '@tokengrip/core/contract/whatif';
import { TriangleAlert } from 'lucide-react';
import { Panel } from '../../../components/ui/panel.tsx';
import { countOf } from '../words.ts';

interface Note {
  code: string;
  text: string;
  calls: number;
}

/** What may keep calls from being made that way, why some have no price, and where a cost is only near the truth. */
export function WhatIfNotes({ result: { warnings, unpriced, approximate } }: { result: WhatIfResult }) {
  const groups: { title: string; notes: readonly Note[]; tone: string }[] = [
    { title: 'What to look out for', notes: warnings, tone: 'text-warn' },
    { title: 'Why calls have no price', notes: unpriced, tone: 'text-warn' },
    { title: 'Costs that are only near the truth', notes: approximate, tone: 'text-subtle' },
  ].filter(({ notes }) => notes.length > 0);
  if (groups.length === 0) return null;
  return (
    <Panel aria-label="Notes" className="grid gap-x-8 gap-y-4 px-4 py-3.5 lg:grid-cols-2">
      {groups.map(({ title, notes, tone }) => (
        <section key={title} className="min-w-0">
          <h3 className="mb-1.5 text-xs font-medium text-subtle">{title}</h3>
          <ul className="flex flex-col gap-1.5 text-sm">
            {notes.map(({ code, text, calls }) => (
              <li key={code} className="flex items-start gap-2">
                <TriangleAlert size={14} className={`mt-0.5 shrink-0 ${tone}`} aria-hidden />
                <span className="min-w-0">
                  <span className="text-ink">{text}</span>{' '}
                  <span className="whitespace-nowrap text-subtle nums">{countOf(calls, 'call')}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Panel>
  );
}
