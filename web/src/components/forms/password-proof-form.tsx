import type { PasswordProof } from '@tokengrip/core/contract/auth';
import { useForm } from 'react-hook-form';
import { Button, type ButtonStyle } from '../ui/button.tsx';
import { DialogActions } from '../ui/dialog.tsx';
import { Field, FormError } from '../ui/field.tsx';
import { OwnUsername } from './own-username.tsx';
import { useProblem } from './use-problem.ts';

export interface PasswordProofFormProps {
  /** The verb on the button. */
  action: string;
  variant?: NonNullable<ButtonStyle['variant']>;
  pending: boolean;
  /** Rejects with what the server says. */
  onSubmit: (proof: PasswordProof) => Promise<unknown>;
  onCancel: () => void;
}

/** Asks for the current password, once more, before how one logs in is changed. */
export function PasswordProofForm({ action, variant, pending, onSubmit, onCancel }: PasswordProofFormProps) {
  const { register, handleSubmit, setError, formState } = useForm<PasswordProof>({
    defaultValues: { currentPassword: '' },
  });
  const { problem, show, clear } = useProblem<PasswordProof>(['currentPassword'], setError);
  const submit = async (proof: PasswordProof) => {
    clear();
    await onSubmit(proof).catch(show);
  };
  return (
    <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={(event) => void handleSubmit(submit)(event)}>
      <OwnUsername />
      <FormError>{problem}</FormError>
      <Field
        label="Current password"
        type="password"
        autoComplete="current-password"
        error={formState.errors.currentPassword?.message}
        {...register('currentPassword', { required: 'Enter your current password.' })}
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant={variant ?? 'primary'} loading={pending}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
