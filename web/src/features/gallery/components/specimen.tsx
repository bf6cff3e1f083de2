import type { ReactNode } from 'react';
import { Panel } from '../../../components/ui/panel.tsx';

/** A component and its states, under its name. */
export const Specimen = ({ name, children }: { name: string; children: ReactNode }) => (
  <Panel aria-label={name} className="overflow-hidden">
    <h2 className="border-b border-line px-4 py-2 text-xs font-medium text-muted">{name}</h2>
    <div className="flex flex-wrap items-start gap-4 p-4">{children}</div>
  </Panel>
);

/** One state, with what it is called. */
export const State = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex min-w-0 flex-col items-start gap-1.5">
    <span className="text-2xs text-subtle">{name}</span>
    {children}
  </div>
);
