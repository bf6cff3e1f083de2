import { type ReactNode, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';

export interface TypeNameDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  consequence: ReactNode;
  /** What has to be typed, so that nobody deletes the wrong one. */
  name: string;
  action: string;
  pending: boolean;
  error?: string | undefined;
  onConfirm: () => void;
}

/** For what cannot be taken back and is large. */
export function TypeNameDialog(props: TypeNameDialogProps) {
  const [typed, setTyped] = useState('');
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={props.title} description={props.consequence}>
      <form
        className="mt-4 flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === props.name) props.onConfirm();
        }}
      >
        <FormError>{props.error}</FormError>
        <Field
          label={`Type “${props.name}” to confirm`}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <DialogActions>
          <Button onClick={() => props.onOpenChange(false)}>Cancel</Button>
          <Button type="submit" variant="danger" disabled={typed.trim() !== props.name} loading={props.pending}>
            {props.action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
