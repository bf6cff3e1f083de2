import { useMutation } from '@tanstack/react-query';
import type { ModelAlias } from '@tokengrip/core/contract/prices';
import { Controller, useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { saveAlias } from '../api/aliases.ts';
import { usePricesChanged } from '../use-prices.ts';
import { ModelKeyField } from './model-key-field.tsx';

export interface AliasDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The alias that is edited. */
  edited?: ModelAlias | undefined;
  /** What a new one begins with. */
  initial?: { name: string; provider?: string | undefined } | undefined;
}

/** Says which model a name stands for. */
export const AliasDialog = (props: AliasDialogProps) => (
  <Dialog
    open={props.open}
    onOpenChange={props.onOpenChange}
    title={props.edited ? `What “${props.edited.name}” stands for` : 'Another name for a model'}
    description="The name of an Azure deployment, a gateway’s route or a fine-tune costs what the model costs that it stands for."
  >
    <AliasForm {...props} />
  </Dialog>
);

interface Form {
  name: string;
  provider: string;
  modelKey: string;
}

function AliasForm({ edited, initial, onOpenChange }: AliasDialogProps) {
  const pricesChanged = usePricesChanged();
  const { register, control, handleSubmit, setError, formState } = useForm<Form>({
    defaultValues: {
      name: edited?.name ?? initial?.name ?? '',
      provider: edited?.provider ?? initial?.provider ?? '',
      modelKey: edited?.modelKey ?? '',
    },
  });
  const { errors } = formState;
  const { problem, show, clear } = useProblem<Form>(['name', 'provider', 'modelKey'], setError);
  const save = useMutation({
    mutationFn: saveAlias,
    onMutate: clear,
    onError: show,
    onSuccess: async (alias) => {
      await pricesChanged();
      onOpenChange(false);
      toast(`“${alias.name}” stands for ${alias.modelKey}.`);
    },
  });
  const submit = handleSubmit(({ name, provider, modelKey }) => {
    const alias = { name: name.trim(), provider: provider.trim() || null, modelKey: modelKey.trim() };
    save.mutate(edited ? { id: edited.id, alias } : { alias });
  });
  return (
    <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
      <FormError>{problem}</FormError>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-[1fr_9rem]">
        <Field
          label="Name"
          autoComplete="off"
          spellCheck={false}
          placeholder="prod-chat"
          disabled={edited !== undefined}
          error={errors.name?.message}
          {...register('name', { validate: (name) => edited !== undefined || name.trim() !== '' || 'Enter a name.' })}
        />
        <Field
          label="Provider"
          autoComplete="off"
          disabled={edited !== undefined}
          hint="Empty: any."
          error={errors.provider?.message}
          {...register('provider')}
        />
      </div>
      <Controller
        control={control}
        name="modelKey"
        rules={{ validate: (key) => key.trim() !== '' || 'Choose a model.' }}
        render={({ field }) => (
          <ModelKeyField
            label="Stands for"
            value={field.value}
            onChange={field.onChange}
            hint="A name of the price list, or of a price that you have set."
            error={errors.modelKey?.message}
          />
        )}
      />
      <DialogActions>
        <Button onClick={() => onOpenChange(false)}>Cancel</Button>
        <Button type="submit" variant="primary" loading={save.isPending}>
          {edited ? 'Save' : 'Add name'}
        </Button>
      </DialogActions>
    </form>
  );
}
