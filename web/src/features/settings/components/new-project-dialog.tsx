import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { meQuery } from '../../../lib/api/me.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { createProject } from '../api/create-project.ts';

interface Form {
  name: string;
}

export function NewProjectDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New project"
      description="A project has keys of its own, and its spend is shown on its own. Most teams have one for each product."
    >
      <NewProjectForm onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function NewProjectForm({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { register, handleSubmit, setError, formState } = useForm<Form>({ defaultValues: { name: '' } });
  const { problem, show, clear } = useProblem<Form>(['name'], setError);
  const create = useMutation({
    mutationFn: createProject,
    onMutate: clear,
    onError: show,
    onSuccess: async (project) => {
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
      onDone();
      await navigate({
        to: '/settings/projects/$projectId',
        params: { projectId: String(project.id) },
        search: readAppSearch,
      });
    },
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
        autoComplete="off"
        placeholder="Support assistant"
        error={formState.errors.name?.message}
        {...register('name', { validate: (name) => name.trim() !== '' || 'Enter a name.' })}
      />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" loading={create.isPending}>
          Create project
        </Button>
      </DialogActions>
    </form>
  );
}
