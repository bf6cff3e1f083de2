import type { ReactNode } from 'react';

/** Names and what they are, one a line. */
export const Facts = ({ title, children }: { title?: string; children: ReactNode }) => (
  <div className="px-5 py-4 text-sm">
    {title && <p className="mb-2.5 text-xs font-medium text-muted">{title}</p>}
    <dl className="flex flex-col gap-2.5">{children}</dl>
  </div>
);

export const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid grid-cols-[7rem_1fr] gap-3">
    <dt className="min-w-0 truncate text-muted">{name}</dt>
    <dd className="min-w-0 break-words text-ink">{children ?? <span className="text-subtle">—</span>}</dd>
  </div>
);
