import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';

const LONGEST = 100;

export interface NameDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  initial: string;
  action: string;
  pending: boolean;
  error: string | undefined;
  onName: (name: string) => void;
}

/** Asks for a name. */
export function NameDialog(props: NameDialogProps) {
  const { open, onOpenChange, title, description } = props;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={title} description={description}>
      <NameForm {...props} />
    </Dialog>
  );
}

function NameForm({ initial, action, pending, error, onName, onOpenChange }: NameDialogProps) {
  const [name, setName] = useState(initial);
  const [tried, setTried] = useState(false);
  return (
    <form
      noValidate
      className="mt-4 flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (name.trim() !== '') onName(name.trim());
      }}
    >
      <FormError>{error}</FormError>
      <Field
        label="Name"
        autoComplete="off"
        maxLength={LONGEST}
        error={tried && name.trim() === '' ? 'Enter a name.' : undefined}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <DialogActions>
        <Button onClick={() => onOpenChange(false)}>Cancel</Button>
        <Button type="submit" variant="primary" loading={pending}>
          {action}
        </Button>
      </DialogActions>
    </form>
  );
}
