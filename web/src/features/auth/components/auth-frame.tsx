import type { ReactNode } from 'react';
import { LogoMark } from '../../../components/ui/logo.tsx';

export interface AuthFrameProps {
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** Ways elsewhere, below. */
  footer?: ReactNode;
}

/** A page that stands before the log-in. */
export const AuthFrame = ({ title, description, children, footer }: AuthFrameProps) => (
  <main className="flex min-h-dvh flex-col items-center px-5 pt-[16vh] pb-10">
    <LogoMark size={36} />
    <h1 className="mt-5 text-center text-xl font-semibold tracking-tight">{title}</h1>
    {description && <p className="mt-2 max-w-84 text-center text-sm text-balance text-muted">{description}</p>}
    {children && <div className="mt-7 w-full max-w-84">{children}</div>}
    {footer && (
      <div className="mt-6 flex w-full max-w-84 justify-between gap-4 text-sm text-muted [&>:only-child]:mx-auto [&_a:hover]:underline [&_a]:text-accent [&_span_a]:underline">
        {footer}
      </div>
    )}
  </main>
);
