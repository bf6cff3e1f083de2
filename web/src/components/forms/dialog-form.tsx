import type { FormEventHandler, ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { DialogActions } from '../ui/dialog.tsx';
import { FormError } from '../ui/field.tsx';

export interface DialogFormProps {
  onSubmit: FormEventHandler;
  onCancel: () => void;
  /** What belongs to no field. */
  problem: string | undefined;
  /** What the button says. */
  action: string;
  pending: boolean;
  children: ReactNode;
}

/** A few fields in a dialog, and the two ways out of it. */
export const DialogForm = ({ onSubmit, onCancel, problem, action, pending, children }: DialogFormProps) => (
  <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={onSubmit}>
    <FormError>{problem}</FormError>
    {children}
    <DialogActions>
      <Button onClick={onCancel}>Cancel</Button>
      <Button type="submit" variant="primary" loading={pending}>
        {action}
      </Button>
    </DialogActions>
  </form>
);
