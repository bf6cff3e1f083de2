import { useMutation } from '@tanstack/react-query';
import type { TwoFactorConfirmation, TwoFactorSetup } from '@tokengrip/core/contract/auth';
import { lazy, Suspense } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { confirmTwoFactor } from '../api/two-factor.ts';

const QrCode = lazy(() => import('./qr-code.tsx'));

export interface TwoFactorScanProps {
  setup: TwoFactorSetup;
  onConfirmed: (recoveryCodes: readonly string[]) => void;
  onCancel: () => void;
}

export function TwoFactorScan({ setup, onConfirmed, onCancel }: TwoFactorScanProps) {
  const { register, handleSubmit, setError, formState } = useForm<TwoFactorConfirmation>({
    defaultValues: { code: '' },
  });
  const { problem, show, clear } = useProblem<TwoFactorConfirmation>(['code'], setError);
  const confirm = useMutation({
    mutationFn: confirmTwoFactor,
    onMutate: clear,
    onError: show,
    onSuccess: ({ recoveryCodes }) => onConfirmed(recoveryCodes),
  });
  return (
    <form
      noValidate
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) => void handleSubmit((values) => confirm.mutate(values))(event)}
    >
      <div className="flex flex-col items-center gap-3">
        <Suspense fallback={<Skeleton className="size-44" />}>
          <QrCode text={setup.uri} label="QR code for your authenticator app" />
        </Suspense>
        <div className="flex max-w-full items-center gap-1.5">
          <code className="min-w-0 font-mono text-xs break-all text-muted">
            {setup.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
          </code>
          <CopyButton text={setup.secret} label="Copy key" size="sm" variant="ghost" iconOnly />
        </div>
      </div>
      <FormError>{problem}</FormError>
      <Field
        label="Code"
        inputMode="numeric"
        autoComplete="one-time-code"
        placeholder="123 456"
        maxLength={7}
        error={formState.errors.code?.message}
        {...register('code', { required: 'Enter the six digits that the app shows.' })}
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={confirm.isPending}>
          Turn on
        </Button>
      </DialogActions>
    </form>
  );
}
