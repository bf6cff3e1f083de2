import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Project } from '@tokengrip/core/contract/accounts';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { DialogForm } from '../../../components/forms/dialog-form.tsx';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Field } from '../../../components/ui/field.tsx';
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
    <DialogForm
      onSubmit={(event) =>
        void handleSubmit(({ name }) => rename.mutate({ projectId: project.id, change: { name } }))(event)
      }
      onCancel={onDone}
      problem={problem}
      action="Rename"
      pending={rename.isPending}
    >
      <Field
        label="Name"
        autoComplete="off"
        error={formState.errors.name?.message}
        {...register('name', { validate: (name) => name.trim() !== '' || 'Enter a name.' })}
      />
    </DialogForm>
  );
}
