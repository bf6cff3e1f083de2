import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { SuggestField } from '../../../components/ui/suggest-field.tsx';
import { catalogQuery } from '../../../lib/api/catalog.ts';
import { formatRate } from '../rates.ts';

const SUGGESTED = 12;

export interface ModelKeyFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  disabled?: boolean;
}

/** A key of the price list, found while it is typed. */
export function ModelKeyField({ value, ...props }: ModelKeyFieldProps) {
  const search = useDeferredValue(value.trim().slice(0, 200));
  const { data } = useQuery(catalogQuery({ search, limit: SUGGESTED }));
  const suggestions = (data?.models ?? []).map(({ modelKey, price }) => {
    const input = price?.entry.rates.input_cost_per_token;
    return { value: modelKey, ...(input === undefined ? {} : { hint: formatRate('input_cost_per_token', input) }) };
  });
  return <SuggestField {...props} value={value} suggestions={suggestions} placeholder="gpt-5.4-mini" />;
}
