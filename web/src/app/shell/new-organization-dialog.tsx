import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../components/forms/use-problem.ts';
import { Button } from '../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../components/ui/dialog.tsx';
import { Field, FormError } from '../../components/ui/field.tsx';
import { createOrganization } from '../../lib/api/organizations.ts';

interface Form {
  name: string;
  timeZone: string;
}

/** Another organization of the same person, who owns it. */
export default function NewOrganizationDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="New organization"
      description="It has members, projects, keys and figures of its own, and begins with you as its owner. You change between your organizations in this menu."
    >
      <NewOrganizationForm onCancel={onClose} />
    </Dialog>
  );
}

function NewOrganizationForm({ onCancel }: { onCancel: () => void }) {
  const { register, handleSubmit, setError, formState } = useForm<Form>({
    defaultValues: { name: '', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
  });
  const { problem, show, clear } = useProblem<Form>(['name', 'timeZone'], setError);
  const create = useMutation({
    mutationFn: createOrganization,
    onMutate: clear,
    onError: show,
    // Nothing of one organization may be seen in another: the whole page begins anew, there.
    onSuccess: () => window.location.assign('/'),
  });
  return (
    <form
      noValidate
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) => void handleSubmit((values) => create.mutate(values))(event)}
    >
      <FormError>{problem}</FormError>
      <Field
        label="Name"
        autoComplete="organization"
        placeholder="Example Ltd."
        error={formState.errors.name?.message}
        {...register('name', { validate: (name) => name.trim() !== '' || 'Enter a name.' })}
      />
      <Field
        label="Time zone"
        autoComplete="off"
        spellCheck={false}
        hint="Its days begin at midnight there. It can be changed later."
        error={formState.errors.timeZone?.message}
        {...register('timeZone', { required: 'Enter a time zone, such as Europe/Berlin.' })}
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={create.isPending || create.isSuccess}>
          Create organization
        </Button>
      </DialogActions>
    </form>
  );
}
