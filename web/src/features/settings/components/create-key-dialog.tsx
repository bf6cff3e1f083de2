import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Project } from '@tokengrip/core/contract/accounts';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { SecretKey } from '../../../components/secret-key.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { createKey } from '../../../lib/api/create-key.ts';
import { keysQuery } from '../api/keys.ts';

export interface CreateKeyDialogProps {
  project: Project;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CreateKeyDialog({ project, open, onOpenChange }: CreateKeyDialogProps) {
  const [secret, setSecret] = useState<string>();
  const close = (next: boolean) => {
    onOpenChange(next);
    if (!next) setSecret(undefined);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={secret === undefined ? 'Create a key' : 'Your new key'}
      description={
        secret === undefined
          ? `For the project ${project.name}. Name it after the program that will use it.`
          : undefined
      }
    >
      {secret === undefined ? (
        <CreateKeyForm project={project} onCreated={setSecret} onCancel={() => close(false)} />
      ) : (
        <>
          <div className="mt-4">
            <SecretKey secret={secret} />
          </div>
          <DialogActions>
            <Button variant="primary" onClick={() => close(false)}>
              Done
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}

interface Form {
  name: string;
  scopes: (typeof SCOPES)[number]['value'];
  lifeDays: (typeof LIVES)[number]['value'];
}

const SCOPES = [
  { value: 'ingest', label: 'Send usage' },
  { value: 'read', label: 'Read figures and records' },
  { value: 'ingest,read', label: 'Send and read' },
] as const;

const LIVES = [
  { value: '', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
] as const;

const DAY_MS = 86_400_000;

interface CreateKeyFormProps {
  project: Project;
  onCreated: (secret: string) => void;
  onCancel: () => void;
}

function CreateKeyForm({ project, onCreated, onCancel }: CreateKeyFormProps) {
  const client = useQueryClient();
  const { register, handleSubmit, setError, formState } = useForm<Form>({
    defaultValues: { name: '', scopes: 'ingest', lifeDays: '' },
  });
  const { problem, show, clear } = useProblem<Form>(['name'], setError);
  const create = useMutation({
    mutationFn: createKey,
    onMutate: clear,
    onError: show,
    onSuccess: async (created) => {
      onCreated(created.secret);
      await client.invalidateQueries({ queryKey: keysQuery(project.id).queryKey });
    },
  });
  const submit = ({ name, scopes, lifeDays }: Form) =>
    create.mutate({
      projectId: project.id,
      name,
      scopes: scopes.split(',') as ('ingest' | 'read')[],
      expiresAt: lifeDays === '' ? null : new Date(Date.now() + Number(lifeDays) * DAY_MS).toISOString(),
    });
  return (
    <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={(event) => void handleSubmit(submit)(event)}>
      <FormError>{problem}</FormError>
      <Field
        label="Name"
        autoComplete="off"
        placeholder="production"
        error={formState.errors.name?.message}
        {...register('name', { validate: (name) => name.trim() !== '' || 'Enter a name.' })}
      />
      <SelectField label="It may" options={SCOPES} {...register('scopes')} />
      <SelectField label="It ends" options={LIVES} {...register('lifeDays')} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={create.isPending}>
          Create key
        </Button>
      </DialogActions>
    </form>
  );
}
