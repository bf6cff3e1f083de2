import type { ComponentProps, ReactNode } from 'react';
import { FieldFrame, inputClass } from './field.tsx';

interface SelectOption<T extends string> {
  value: T;
  label: string;
}

export interface SelectFieldProps<T extends string> extends Omit<ComponentProps<'select'>, 'value'> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  options: readonly SelectOption<T>[];
  value?: T;
}

/** A choice of one in a form: the platform's own, which phones show best. */
export const SelectField = <T extends string>({
  label,
  hint,
  error,
  options,
  className,
  ...props
}: SelectFieldProps<T>) => (
  <FieldFrame label={label} hint={hint} error={error} className={className}>
    {(control) => (
      <select className={inputClass} {...control} {...props}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    )}
  </FieldFrame>
);
