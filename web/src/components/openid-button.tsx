import { useMutation, useQuery } from '@tanstack/react-query';
import type { OpenIdStart } from '@tokengrip/core/contract/auth';
import { startOpenId } from '../lib/api/openid.ts';
import { statusQuery } from '../lib/api/status.ts';
import { Button } from './ui/button.tsx';
import { FormError } from './ui/field.tsx';

export interface OpenIdButtonProps {
  /** What it does, before the provider's name. */
  label: string;
  start: OpenIdStart;
}

/** The way in by the operator's provider, below the form for the password; nothing where there is none. */
export function OpenIdButton({ label, start }: OpenIdButtonProps) {
  const { data: status } = useQuery(statusQuery);
  const go = useMutation({
    mutationFn: startOpenId,
    onSuccess: ({ url }) => window.location.assign(url),
  });
  if (!status?.openId) return null;
  return (
    <div className="mt-5 flex flex-col gap-4">
      <div className="flex items-center gap-3 text-xs text-subtle" aria-hidden>
        <span className="h-px flex-1 bg-line" />
        or
        <span className="h-px flex-1 bg-line" />
      </div>
      <FormError>{go.error?.message}</FormError>
      <Button
        size="lg"
        className="w-full"
        // The page is left: until then it cannot be pressed again.
        loading={go.isPending || go.isSuccess}
        onClick={() => go.mutate({ ...start, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
      >
        {label} {status.openId.name}
      </Button>
    </div>
  );
}
