import { useMutation } from '@tanstack/react-query';
import type { Budget, NewBudget } from '@tokengrip/core/contract/budgets';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Checkbox, Field, FormError } from '../../../components/ui/field.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { saveBudget } from '../api/budgets.ts';
import { toConditions, toInputs } from '../conditions.ts';
import { useBudgetsChanged } from '../use-budgets.ts';
import { MEASURE_LABELS, PERIOD_LABELS } from '../words.ts';
import { BudgetChannels } from './budget-channels.tsx';
import { BudgetPreview } from './budget-preview.tsx';
import { ConditionFields } from './condition-fields.tsx';

export interface BudgetDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The budget that is edited. */
  edited?: Budget | undefined;
}

export const BudgetDialog = (props: BudgetDialogProps) => (
  <Dialog
    open={props.open}
    onOpenChange={props.onOpenChange}
    title={props.edited ? `Edit ${props.edited.name}` : 'New budget'}
    description="What calls may cost in a period, and what happens when it is spent."
    className="top-[5vh]! max-h-[90vh] w-[40rem]! overflow-y-auto"
  >
    <BudgetForm {...props} />
  </Dialog>
);

interface Form {
  name: string;
  amount: string;
  measure: Budget['measure'];
  period: Budget['period'];
  rollingHours: string;
  thresholds: string;
  notifyForecast: boolean;
  action: Budget['action'];
  unpriced: Budget['unpriced'];
  reservation: boolean;
  channelIds: number[];
}

const options = <T extends string>(labels: Record<T, string>) =>
  Object.entries<string>(labels).map(([value, label]) => ({ value: value as T, label }));

const MOST_HOURS = 2_160;

function BudgetForm({ edited, onOpenChange }: BudgetDialogProps) {
  const changed = useBudgetsChanged();
  const [inputs, setInputs] = useState(() => toInputs(edited?.conditions ?? {}));
  const { register, control, handleSubmit, setError, watch, formState } = useForm<Form>({
    defaultValues: {
      name: edited?.name ?? '',
      amount: edited?.amount ?? '',
      measure: edited?.measure ?? 'usd',
      period: edited?.period ?? 'month',
      rollingHours: String(edited?.rollingHours ?? 24),
      thresholds: (edited?.thresholds ?? [50, 80, 100]).join(', '),
      notifyForecast: edited?.notifyForecast ?? true,
      action: edited?.action ?? 'notify',
      unpriced: edited?.unpriced ?? 'open',
      reservation: edited?.reservation ?? false,
      channelIds: edited?.channelIds ?? [],
    },
  });
  const { errors } = formState;
  const { problem, show, clear } = useProblem<Form>(['name', 'amount', 'rollingHours', 'thresholds'], setError);
  const save = useMutation({
    mutationFn: saveBudget,
    onMutate: clear,
    onError: show,
    onSuccess: async (saved) => {
      await changed();
      onOpenChange(false);
      toast(edited ? `${saved.name} is changed.` : `${saved.name} counts from now on.`);
    },
  });
  const form = watch();
  const hours = Number(form.rollingHours);
  const rolling = form.period === 'rolling' ? { rollingHours: hours } : {};
  const submit = handleSubmit((values) => {
    const budget: NewBudget = {
      name: values.name.trim(),
      conditions: toConditions(inputs),
      measure: values.measure,
      amount: values.amount.trim().replace(/^\$/, ''),
      period: values.period,
      ...rolling,
      thresholds: [...new Set((values.thresholds.match(/\d+/g) ?? []).map(Number))],
      notifyForecast: values.notifyForecast,
      channelIds: values.channelIds,
      action: values.action,
      unpriced: values.unpriced,
      reservation: values.action === 'block' && values.reservation,
      ...(edited?.startsAt ? { startsAt: edited.startsAt } : {}),
    };
    save.mutate({ id: edited?.id, budget });
  });
  return (
    <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
      <FormError>{problem}</FormError>
      <Field
        label="Name"
        autoComplete="off"
        placeholder="Production"
        error={errors.name?.message}
        {...register('name', { validate: (name) => name.trim() !== '' || 'Enter a name.' })}
      />
      <ConditionFields inputs={inputs} onChange={setInputs} />
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <Field
          label="Amount"
          inputMode="decimal"
          autoComplete="off"
          placeholder="500"
          error={errors.amount?.message}
          {...register('amount', {
            validate: (amount) => Number(amount.trim().replace(/^\$/, '')) > 0 || 'Enter an amount above 0.',
          })}
        />
        <SelectField label="Of" options={options(MEASURE_LABELS)} {...register('measure')} />
        <SelectField label="Period" options={options(PERIOD_LABELS)} {...register('period')} />
        {form.period === 'rolling' && (
          <Field
            label="Hours"
            inputMode="numeric"
            error={errors.rollingHours?.message}
            {...register('rollingHours', {
              validate: (text) =>
                (Number.isInteger(Number(text)) && Number(text) >= 1 && Number(text) <= MOST_HOURS) ||
                'From 1 to 2,160.',
            })}
          />
        )}
      </div>
      <BudgetPreview
        conditions={toConditions(inputs)}
        measure={form.measure}
        period={form.period}
        rollingHours={form.period === 'rolling' ? hours : undefined}
        amount={Number(form.amount.trim().replace(/^\$/, ''))}
      />
      <Controller
        control={control}
        name="action"
        render={({ field }) => (
          <div className="flex flex-col items-start gap-1.5">
            <span className="text-xs font-medium text-ink">When it is spent</span>
            <Segmented
              label="When it is spent"
              value={field.value}
              onChange={field.onChange}
              options={[
                { value: 'notify', label: 'Notify only' },
                { value: 'block', label: 'Block calls' },
              ]}
            />
            {field.value === 'block' && (
              <p className="text-xs text-subtle">
                The SDK, with <code className="font-mono">enforceBudgets: true</code>, stops calls before the provider
                is called.
              </p>
            )}
          </div>
        )}
      />
      {form.action === 'block' && (
        <Checkbox
          label="Reserve before each call"
          hint="Tighter: what a call may cost is set aside before it is made. Each call asks your server first."
          {...register('reservation')}
        />
      )}
      {form.measure === 'usd' && (
        <Controller
          control={control}
          name="unpriced"
          render={({ field }) => (
            <Checkbox
              label="Calls without a price count as exceeded"
              hint="Otherwise they count nothing until they have a price."
              checked={field.value === 'closed'}
              onChange={(event) => field.onChange(event.target.checked ? 'closed' : 'open')}
            />
          )}
        />
      )}
      <Field
        label="Tell at percent"
        autoComplete="off"
        hint="With commas between them."
        error={errors.thresholds?.message}
        {...register('thresholds')}
      />
      <Checkbox label="Tell when it is forecast to be exceeded" {...register('notifyForecast')} />
      <Controller
        control={control}
        name="channelIds"
        render={({ field }) => <BudgetChannels selected={field.value} onChange={field.onChange} />}
      />
      <DialogActions>
        <Button onClick={() => onOpenChange(false)}>Cancel</Button>
        <Button type="submit" variant="primary" loading={save.isPending}>
          {edited ? 'Save budget' : 'Create budget'}
        </Button>
      </DialogActions>
    </form>
  );
}
