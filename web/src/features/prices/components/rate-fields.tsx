import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { inputClass } from '../../../components/ui/field.tsx';
import { describeRate, keptRate, orderedRates, RATE_NAMES, shownRate, USUAL_RATES } from '../rates.ts';

/** One rate of a form, as it is typed. */
export interface RateInput {
  name: string;
  /** USD per shown unit; empty: the form says nothing of it. */
  amount: string;
  error?: string | undefined;
}

const isUsual = (name: string) => USUAL_RATES.some((usual) => usual === name);

/** The usual rates, and what the price has besides. */
export function toRateInputs(rates: Readonly<Record<string, string>>): RateInput[] {
  const others = orderedRates(rates).filter(([name]) => !isUsual(name));
  return [...USUAL_RATES, ...others.map(([name]) => name)].map((name) => {
    const kept = rates[name];
    return { name, amount: kept === undefined ? '' : shownRate(name, kept) };
  });
}

/** What was typed as rates to keep, or the inputs with what is wrong at them. */
export function readRateInputs(
  inputs: readonly RateInput[],
): { rates: Record<string, string> } | { inputs: RateInput[] } {
  const read = inputs
    .filter(({ amount }) => amount.trim() !== '')
    .map(({ name, amount }) => ({ name, kept: keptRate(name, amount) }));
  const wrong = new Set(read.filter(({ kept }) => kept === undefined).map(({ name }) => name));
  if (wrong.size > 0) {
    return {
      inputs: inputs.map((input) => ({
        ...input,
        error: wrong.has(input.name) ? 'Enter a plain number, such as 2.50.' : undefined,
      })),
    };
  }
  return { rates: Object.fromEntries(read.map(({ name, kept }) => [name, kept ?? ''])) };
}

export interface RateFieldsProps {
  inputs: readonly RateInput[];
  onChange: (inputs: RateInput[]) => void;
}

/** Amounts per unit. Further rates are added by name. */
export function RateFields({ inputs, onChange }: RateFieldsProps) {
  const id = useId();
  const free = RATE_NAMES.filter((name) => !inputs.some((input) => input.name === name));
  const change = (name: string, amount: string) =>
    onChange(inputs.map((input) => (input.name === name ? { name, amount } : input)));
  return (
    <fieldset className="min-w-0">
      <legend className="text-xs font-medium text-ink">Rates in USD</legend>
      <div className="mt-1.5 grid grid-cols-2 gap-x-3 gap-y-2.5">
        {inputs.map(({ name, amount, error }, index) => {
          const { label, unit } = describeRate(name);
          const inputId = `${id}-${index}`;
          return (
            <div key={name} className="min-w-0">
              <div className="flex items-baseline justify-between gap-2">
                <label htmlFor={inputId} className="truncate text-xs text-muted" title={name}>
                  {label}
                  {unit !== undefined && <span className="text-subtle"> per {unit}</span>}
                </label>
                {!isUsual(name) && (
                  <button
                    type="button"
                    aria-label={`Leave out ${label}`}
                    onClick={() => onChange(inputs.filter((input) => input.name !== name))}
                    className="rounded-xs text-subtle hover:text-ink"
                  >
                    <X size={13} aria-hidden />
                  </button>
                )}
              </div>
              <input
                id={inputId}
                inputMode="decimal"
                autoComplete="off"
                placeholder="—"
                value={amount}
                aria-invalid={error ? true : undefined}
                aria-describedby={error ? `${inputId}-error` : undefined}
                onChange={(event) => change(name, event.target.value)}
                className={`${inputClass} mt-1 text-right nums`}
              />
              {error && (
                <p id={`${inputId}-error`} className="mt-1 text-xs text-bad">
                  {error}
                </p>
              )}
            </div>
          );
        })}
      </div>
      <div className="mt-2.5 flex items-center gap-2">
        <Plus size={13} className="text-subtle" aria-hidden />
        <select
          aria-label="Add another rate"
          value=""
          onChange={(event) => onChange([...inputs, { name: event.target.value, amount: '' }])}
          className="field-sizing-content h-7 max-w-full rounded-sm bg-transparent text-xs text-muted hover:text-ink"
        >
          <option value="" disabled>
            Add another rate
          </option>
          {free.map((name) => {
            const { label, unit } = describeRate(name);
            return (
              <option key={name} value={name}>
                {label} per {unit}
              </option>
            );
          })}
        </select>
      </div>
    </fieldset>
  );
}
