import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '../../../lib/cn.ts';

export interface StepProps {
  number: number;
  title: string;
  state: 'done' | 'current' | 'later';
  /** What was decided, once the step is done. */
  summary?: ReactNode;
  children?: ReactNode;
}

/** One step of a path: open while it is due, one line before and after. */
export function Step({ number, title, state, summary, children }: StepProps) {
  return (
    <li className="group relative flex gap-4 pb-8 last:pb-0" aria-current={state === 'current' ? 'step' : undefined}>
      <span aria-hidden className="absolute top-8 bottom-1 left-3.25 w-px bg-line group-last:hidden" />
      <span
        className={cn(
          'mt-0.5 flex size-6.5 shrink-0 items-center justify-center rounded-full text-xs font-semibold nums',
          state === 'done' && 'bg-good-soft text-good',
          state === 'current' && 'bg-solid text-solid-ink',
          state === 'later' && 'border border-line-strong text-subtle',
        )}
      >
        {state === 'done' ? <Check size={14} strokeWidth={2.5} aria-label="Done" /> : number}
      </span>
      <div className="min-w-0 flex-1 pt-1">
        <h2 className={cn('text-md font-semibold', state === 'later' ? 'text-subtle' : 'text-ink')}>{title}</h2>
        {state === 'done' && summary && <div className="mt-0.5 text-sm text-muted">{summary}</div>}
        {state !== 'later' && children}
      </div>
    </li>
  );
}
