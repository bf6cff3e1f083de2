import type { ComponentProps, ReactNode } from 'react';
import { cn } from '../../lib/cn.ts';

/** A surface with a hairline around it: what a page is made of. */
export const Panel = ({ className, ...props }: ComponentProps<'section'>) => (
  <section className={cn('rounded-lg border border-line bg-surface', className)} {...props} />
);

export interface PanelHeaderProps {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  className?: string;
}

export const PanelHeader = ({ title, description, actions, className }: PanelHeaderProps) => (
  <header className={cn('flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-2.5', className)}>
    <div className="min-w-0">
      <h2 className="text-sm font-semibold text-ink">{title}</h2>
      {description && <p className="text-xs text-subtle">{description}</p>}
    </div>
    {actions && <div className="flex min-w-0 items-center gap-2">{actions}</div>}
  </header>
);
