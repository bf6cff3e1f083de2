import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Project } from '@tokengrip/core/contract/accounts';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { meQuery } from '../../../lib/api/me.ts';
import { changeProject } from '../api/change-project.ts';

interface Form {
  name: string;
}

export function RenameProject({ project }: { project: Project }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="ghost" size="sm" square aria-label={`Rename ${project.name}`} onClick={() => setOpen(true)}>
        <Pencil size={13} aria-hidden />
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title="Rename project">
        <RenameForm project={project} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function RenameForm({ project, onDone }: { project: Project; onDone: () => void }) {
  const client = useQueryClient();
  const { register, handleSubmit, setError, formState } = useForm<Form>({ defaultValues: { name: project.name } });
  const { problem, show, clear } = useProblem<Form>(['name'], setError);
  const rename = useMutation({
    mutationFn: changeProject,
    onMutate: clear,
    onError: show,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: meQuery.queryKey });
      onDone();
    },
  });
  return (
    <form
      noValidate
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) =>
        void handleSubmit(({ name }) => rename.mutate({ projectId: project.id, change: { name } }))(event)
      }
    >
      <FormError>{problem}</FormError>
      <Field
        label="Name"
        autoComplete="off"
        error={formState.errors.name?.message}
        {...register('name', { validate: (name) => name.trim() !== '' || 'Enter a name.' })}
      />
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" loading={rename.isPending}>
          Rename
        </Button>
      </DialogActions>
    </form>
  );
}
