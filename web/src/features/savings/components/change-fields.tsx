import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/ui/field.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { SuggestField } from '../../../components/ui/suggest-field.tsx';
import { catalogQuery } from '../../../lib/api/catalog.ts';
import { decimalText, parseDecimal, shiftDecimal } from '../../../lib/decimal.ts';
import { formatUsd } from '../../../lib/money.ts';
import { type ChangeFields, checkChange } from '../whatif.ts';

export interface ChangeFieldsProps {
  fields: ChangeFields;
  onChange: (fields: { [Field in keyof ChangeFields]?: ChangeFields[Field] | undefined }) => void;
}

const TIERS = [
  { value: '', label: 'As it was' },
  { value: 'standard', label: 'Standard' },
  { value: 'batch', label: 'Batch' },
  { value: 'flex', label: 'Flex' },
  { value: 'priority', label: 'Priority' },
] as const;

/** What is imagined to be different; a field that is left empty changes nothing. */
export function ChangeFieldsForm({ fields, onChange }: ChangeFieldsProps) {
  const problems = checkChange(fields);
  const number = (name: 'cached' | 'written' | 'input' | 'output') => ({
    inputMode: 'decimal' as const,
    autoComplete: 'off',
    placeholder: 'as it was',
    error: problems[name],
    value: fields[name] ?? '',
    onChange: (event: { target: { value: string } }) =>
      onChange({ [name]: event.target.value.replace(',', '.').replace(/[^\d.]/g, '') || undefined }),
  });
  return (
    <div className="grid items-start gap-x-4 gap-y-4 sm:grid-cols-2 lg:grid-cols-6">
      <ModelField fields={fields} onChange={onChange} />
      <SelectField
        className="lg:col-span-2"
        label="Service tier"
        hint="Batch and flex cost less where a provider has them."
        options={TIERS}
        value={fields.toTier ?? ''}
        onChange={(event) => {
          const tier = TIERS.find(({ value }) => value === event.target.value)?.value;
          onChange({ toTier: tier === '' ? undefined : tier });
        }}
      />
      <div className="grid grid-cols-2 items-start gap-4 sm:col-span-2 lg:col-span-6 lg:grid-cols-6">
        <Field className="lg:col-span-1" label="From a cache, %" hint="Of each prompt." {...number('cached')} />
        <Field className="lg:col-span-1" label="Into a cache, %" hint="Of each prompt." {...number('written')} />
        <SelectField
          className="col-span-2"
          label="Kept for"
          hint="Longer costs more to write at some providers."
          options={[
            { value: '5m', label: '5 minutes' },
            { value: '1h', label: '1 hour' },
          ]}
          disabled={fields.cached === undefined && fields.written === undefined}
          value={fields.ttl ?? '5m'}
          onChange={(event) => onChange({ ttl: event.target.value === '1h' ? '1h' : undefined })}
        />
        <Field className="lg:col-span-1" label="Input tokens ×" hint="1.1 is a tenth more." {...number('input')} />
        <Field className="lg:col-span-1" label="Output tokens ×" hint="0.5 is half." {...number('output')} />
      </div>
    </div>
  );
}

const SUGGESTED = 12;

const perMillion = (rate: string) => formatUsd(decimalText(shiftDecimal(parseDecimal(rate), 6)));

/** A model of the price list, found while it is typed. Only one of the list can be chosen: others have no price. */
function ModelField({ fields, onChange }: ChangeFieldsProps) {
  const [text, setText] = useState(fields.toModel ?? '');
  // The address may have changed from outside.
  const [seen, setSeen] = useState(fields.toModel);
  if (fields.toModel !== seen) {
    setSeen(fields.toModel);
    if (fields.toModel !== undefined) setText(fields.toModel);
    else if (text.trim() === seen) setText('');
  }
  const search = useDeferredValue(text.trim().slice(0, 200));
  const { data } = useQuery(catalogQuery({ search, limit: SUGGESTED }));
  const models = data?.models ?? [];
  const found = models.find(({ modelKey }) => modelKey === text.trim());
  const latest = useRef(onChange);
  latest.current = onChange;
  const [key, provider] = [found?.modelKey, found?.price?.entry.provider ?? 'unknown'];
  // The list may know the model only after its name has been typed.
  useEffect(() => {
    if (key !== undefined) latest.current({ toModel: key, toProvider: provider });
  }, [key, provider]);
  const type = (next: string) => {
    setText(next);
    if (next.trim() !== fields.toModel) onChange({ toModel: undefined, toProvider: undefined });
  };
  const isUnknown = data !== undefined && text.trim() !== '' && !found && fields.toModel !== text.trim();
  return (
    <div className="flex items-start gap-2 lg:col-span-4">
      <SuggestField
        className="min-w-0 flex-1"
        label="Model"
        value={text}
        onChange={type}
        placeholder="as it was"
        suggestions={models.map(({ modelKey, price }) => {
          const { input_cost_per_token: input, output_cost_per_token: output } = price?.entry.rates ?? {};
          const hint = input === undefined ? undefined : `${perMillion(input)} · ${output ? perMillion(output) : '—'}`;
          return { value: modelKey, ...(hint === undefined ? {} : { hint }) };
        })}
        hint={
          fields.toModel !== undefined && fields.toProvider !== undefined
            ? `Of ${fields.toProvider}. Prices of input and output are per million tokens.`
            : 'Every call as if that model had answered it. Search the price list.'
        }
        error={isUnknown ? 'Choose a model of the price list.' : undefined}
      />
      {text !== '' && (
        <Button variant="ghost" size="sm" className="mt-6.5" onClick={() => type('')}>
          Clear
        </Button>
      )}
    </div>
  );
}
