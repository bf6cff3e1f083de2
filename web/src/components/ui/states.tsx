import { CloudOff, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '../../lib/cn.ts';
import { HttpError } from '../../lib/http.ts';
import { sentence } from '../../lib/sentence.ts';
import { Button } from './button.tsx';

export interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
}

/** Nothing there, and what to do about it. */
export const EmptyState = ({ icon, title, children, actions, className }: EmptyStateProps) => (
  <div className={cn('flex flex-col items-center justify-center px-6 py-10 text-center', className)}>
    {icon && (
      <div className="mb-3 flex size-10 items-center justify-center rounded-md border border-line bg-surface text-subtle shadow-raised">
        {icon}
      </div>
    )}
    <p className="text-sm font-medium text-ink">{title}</p>
    {children && <div className="mt-1 max-w-sm text-sm text-balance text-muted">{children}</div>}
    {actions && <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div>}
  </div>
);

export interface ErrorStateProps {
  error: unknown;
  onRetry: () => void;
  /** What could not be shown, e.g. "Spend". */
  what: string;
  className?: string;
}

/** What went wrong in the server's own words, and a way to try again. */
export function ErrorState({ error, onRetry, what, className }: ErrorStateProps) {
  const known = error instanceof HttpError ? error : undefined;
  return (
    <div role="alert" className={cn('flex flex-col items-center justify-center px-6 py-10 text-center', className)}>
      <CloudOff size={18} className="mb-3 text-subtle" aria-hidden />
      <p className="text-sm font-medium text-ink">{what} could not be loaded</p>
      <p className="mt-1 max-w-sm text-sm text-balance text-muted">
        {known ? sentence(known.message) : 'Something unexpected happened on this page.'}
      </p>
      {known?.requestId && <p className="mt-1 font-mono text-2xs text-subtle">Request {known.requestId}</p>}
      <Button size="sm" className="mt-4" onClick={onRetry} icon={<RotateCw size={13} aria-hidden />}>
        Try again
      </Button>
    </div>
  );
}
