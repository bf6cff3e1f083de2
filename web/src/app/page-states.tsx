import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { buttonClass } from '../components/ui/button.tsx';
import { LogoMark } from '../components/ui/logo.tsx';
import { ErrorState } from '../components/ui/states.tsx';

export const NotFound = () => (
  <main className="flex min-h-[70dvh] flex-col items-center justify-center gap-4 px-5">
    <LogoMark size={36} />
    <h1 className="text-center text-lg font-semibold tracking-tight text-ink">There is no page at this address</h1>
    <Link to="/" className={buttonClass()}>
      Go to the overview
    </Link>
  </main>
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
