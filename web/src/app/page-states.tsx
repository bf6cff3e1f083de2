import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { buttonClass } from '../components/ui/button.tsx';
import { LogoMark } from '../components/ui/logo.tsx';
import { EmptyState, ErrorState } from '../components/ui/states.tsx';

export const NotFound = () => (
  <div className="flex min-h-[70dvh] items-center justify-center">
    <EmptyState
      icon={<Compass size={18} aria-hidden />}
      title="There is no page at this address"
      actions={
        <Link to="/" className={buttonClass()}>
          Go to the overview
        </Link>
      }
    />
  </div>
);

/** In the place of a page, inside the shell or without it. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="flex min-h-[70dvh] items-center justify-center">
      <ErrorState error={error} what="This page" onRetry={retry} />
    </div>
  );
}

export const PagePending = () => (
  <div className="flex min-h-[70dvh] items-center justify-center">
    <LogoMark size={28} className="animate-pulse" />
    <span className="sr-only">Loading</span>
  </div>
);
