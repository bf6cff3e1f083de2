import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlertSetting } from '@tokengrip/core/contract/alerts';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { KIND_LABELS } from '../../../lib/alert-words.ts';
import { withinEntry } from '../../../lib/field-names.ts';
import { alertSettingsQuery, saveAlertSetting } from '../api/settings.ts';
import { type MinimumName, minimumsOf, withMinimums } from '../kinds.ts';

type Form = Record<MinimumName, string>;

/** From when on it is told. */
export function KindMinimums({ setting, mayManage }: { setting: AlertSetting; mayManage: boolean }) {
  const client = useQueryClient();
  const fields = minimumsOf(setting);
  const values = Object.fromEntries(fields.map(({ name }) => [name, String(setting[name])])) as Form;
  const { register, handleSubmit, setError, formState } = useForm<Form>({ defaultValues: values });
  const { problem, show, clear } = useProblem<Form>(
    fields.map(({ name }) => name),
    setError,
  );
  const save = useMutation({
    mutationFn: saveAlertSetting,
    onMutate: clear,
    onError: (error) => show(withinEntry(error)),
    onSuccess: (saved) => {
      client.setQueryData(alertSettingsQuery.queryKey, saved);
      toast(`${KIND_LABELS[setting.kind]}: saved.`);
    },
  });
  if (!mayManage) {
    return (
      <p className="mt-2 text-xs text-muted nums">
        {fields.map(({ name, label }) => `${label}: ${values[name]}`).join(' · ')}
      </p>
    );
  }
  const submit = handleSubmit((typed) => save.mutate(withMinimums(setting, typed)));
  return (
    <form noValidate className="mt-3 ml-12" onSubmit={(event) => void submit(event)}>
      <FormError>{problem}</FormError>
      <div className="flex flex-wrap items-start gap-3">
        {fields.map(({ name, label, inputMode }) => (
          <Field
            key={name}
            label={label}
            inputMode={inputMode}
            autoComplete="off"
            className="w-52"
            error={formState.errors[name]?.message}
            {...register(name, { validate: (text) => /^\$?\d+(\.\d+)?$/.test(text.trim()) || 'Enter a number.' })}
          />
        ))}
        {formState.isDirty && (
          <Button type="submit" className="mt-5.5 h-9!" loading={save.isPending}>
            Save
          </Button>
        )}
      </div>
    </form>
  );
}
