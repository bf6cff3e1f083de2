import { useMutation } from '@tanstack/react-query';
import type { NewPriceOverride, PriceOverride } from '@tokengrip/core/contract/prices';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { HttpError } from '../../../lib/http.ts';
import { saveOverride } from '../api/overrides.ts';
import { chosenInstant, dayOf } from '../days.ts';
import { usePricesChanged } from '../use-prices.ts';
import { ModelKeyField } from './model-key-field.tsx';
import { RateFields, readRateInputs, toRateInputs } from './rate-fields.tsx';

export interface OverrideDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The override that is edited. */
  edited?: PriceOverride | undefined;
  /** What a new one begins with. */
  initial?: { modelKey: string; provider?: string | undefined } | undefined;
}

/** Sets the organization's own price of a model. */
export const OverrideDialog = (props: OverrideDialogProps) => (
  <Dialog
    open={props.open}
    onOpenChange={props.onOpenChange}
    title={props.edited ? `Edit the price of ${props.edited.modelKey}` : 'Set a price'}
    description={
      props.edited
        ? 'The change holds as if it had been said from the start. Calls that were priced already keep their cost until they are re-costed.'
        : 'Your own price of a model: a discount, a model of your own, or one that the price list does not have. It wins over the list.'
    }
    className="top-[6vh]! max-h-[88vh] w-[34rem]! overflow-y-auto"
  >
    <OverrideForm {...props} />
  </Dialog>
);

interface Form {
  modelKey: string;
  provider: string;
  kind: 'override' | 'replacement';
  effectiveFrom: string;
  effectiveTo: string;
  note: string;
}

function OverrideForm({ edited, initial, onOpenChange }: OverrideDialogProps) {
  const timeZone = useTimeZone();
  const pricesChanged = usePricesChanged();
  const [rates, setRates] = useState(() => toRateInputs(edited?.rates ?? {}));
  const { register, control, handleSubmit, setError, formState } = useForm<Form>({
    defaultValues: {
      modelKey: edited?.modelKey ?? initial?.modelKey ?? '',
      provider: edited?.provider ?? initial?.provider ?? '',
      kind: edited?.kind ?? 'override',
      effectiveFrom: dayOf(edited?.effectiveFrom, timeZone),
      effectiveTo: dayOf(edited?.effectiveTo, timeZone),
      note: edited?.note ?? '',
    },
  });
  const { errors } = formState;
  const { problem, show, clear } = useProblem<Form>(
    ['modelKey', 'provider', 'kind', 'effectiveFrom', 'effectiveTo', 'note'],
    setError,
  );
  const showAll = (error: unknown) => {
    const refused = error instanceof HttpError ? error.fields.filter(({ field }) => field.startsWith('rates.')) : [];
    if (refused.length === 0) return show(error);
    setRates((inputs) =>
      inputs.map((input) => {
        const message = refused.find(({ field }) => field === `rates.${input.name}`)?.message;
        return message === undefined ? input : { ...input, error: `The rate ${message}.` };
      }),
    );
  };
  const save = useMutation({
    mutationFn: saveOverride,
    onMutate: clear,
    onError: showAll,
    onSuccess: async (saved) => {
      await pricesChanged();
      onOpenChange(false);
      toast(`The price of ${saved.modelKey} is set.`);
    },
  });
  const submit = handleSubmit((form) => {
    const read = readRateInputs(rates);
    if ('inputs' in read) return setRates(read.inputs);
    const override: NewPriceOverride = {
      modelKey: form.modelKey.trim(),
      kind: form.kind,
      rates: read.rates,
      effectiveFrom: chosenInstant(form.effectiveFrom, timeZone, edited?.effectiveFrom),
      effectiveTo: chosenInstant(form.effectiveTo, timeZone, edited?.effectiveTo),
      ...(form.provider.trim() === '' ? {} : { provider: form.provider.trim() }),
      ...(form.note.trim() === '' ? {} : { note: form.note.trim() }),
      ...(edited?.mode ? { mode: edited.mode } : {}),
    };
    save.mutate(edited ? { replaces: edited.id, override } : { override });
  });
  return (
    <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
      <FormError>{problem}</FormError>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-[1fr_11rem]">
        <Controller
          control={control}
          name="modelKey"
          rules={{ validate: (key) => key.trim() !== '' || 'Enter a model.' }}
          render={({ field }) => (
            <ModelKeyField
              label="Model"
              value={field.value}
              onChange={field.onChange}
              hint="As the price list has it, or as calls send it."
              error={errors.modelKey?.message}
              disabled={edited !== undefined}
            />
          )}
        />
        <Field
          label="Provider"
          autoComplete="off"
          hint="For a new model."
          error={errors.provider?.message}
          {...register('provider')}
        />
      </div>
      <RateFields inputs={rates} onChange={setRates} />
      <Controller
        control={control}
        name="kind"
        render={({ field }) => (
          <div className="flex flex-col items-start gap-1.5">
            <Segmented
              label="How it goes with the price list"
              value={field.value}
              onChange={field.onChange}
              options={[
                { value: 'override', label: 'Over the list’s price' },
                { value: 'replacement', label: 'In its place' },
              ]}
            />
            <p className="text-xs text-subtle">
              {field.value === 'override'
                ? 'Rates that are empty here stay as the price list has them.'
                : 'Nothing of the price list is used: what is empty here has no rate. 0 is a price.'}
            </p>
          </div>
        )}
      />
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        <Field
          label="Holds from"
          type="date"
          hint="Empty: since ever."
          error={errors.effectiveFrom?.message}
          {...register('effectiveFrom')}
        />
        <Field
          label="Ends before"
          type="date"
          hint="Empty: until further notice."
          error={errors.effectiveTo?.message}
          {...register('effectiveTo')}
        />
      </div>
      <Field
        label="Note"
        autoComplete="off"
        placeholder="Contract of August, 20 % off"
        error={errors.note?.message}
        {...register('note')}
      />
      <DialogActions>
        <Button onClick={() => onOpenChange(false)}>Cancel</Button>
        <Button type="submit" variant="primary" loading={save.isPending}>
          {edited ? 'Save price' : 'Set price'}
        </Button>
      </DialogActions>
    </form>
  );
}
