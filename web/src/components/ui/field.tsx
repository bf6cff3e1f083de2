import { CircleAlert } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from '../../lib/cn.ts';

export const inputClass =
  'h-9 w-full rounded-sm border border-line-strong bg-surface px-3 text-sm text-ink shadow-raised transition-colors ' +
  'placeholder:text-subtle hover:border-subtle focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent-soft ' +
  'aria-invalid:border-bad disabled:opacity-60';

interface Framed {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value, as a sentence. */
  error?: string | undefined;
}

export interface FieldFrameProps extends Framed {
  className?: string | undefined;
  /** The control, which carries what it is given. */
  children: (control: {
    id: string;
    'aria-invalid': true | undefined;
    'aria-describedby': string | undefined;
  }) => ReactNode;
}

/** A control with its label, a hint, and in the hint's place the error. */
export function FieldFrame({ label, hint, error, className, children }: FieldFrameProps) {
  const id = useId();
  const describedBy = error || hint ? `${id}-note` : undefined;
  return (
    <div className={cn('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-xs font-medium text-ink">
        {label}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': describedBy })}
      {error ? (
        <p id={describedBy} className="text-xs text-bad">
          {error}
        </p>
      ) : (
        hint && (
          <p id={describedBy} className="text-xs text-subtle">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

export interface FieldProps extends ComponentProps<'input'>, Framed {}

/** A text input. */
export const Field = ({ label, hint, error, className, ...props }: FieldProps) => (
  <FieldFrame label={label} hint={hint} error={error} className={className}>
    {(control) => <input className={inputClass} {...control} {...props} />}
  </FieldFrame>
);

export interface CheckboxProps extends ComponentProps<'input'> {
  label: string;
  hint?: string;
}

/** Something that is on or off, with its label beside it. */
export function Checkbox({ label, hint, className, ...props }: CheckboxProps) {
  const id = useId();
  return (
    <div className={cn('flex items-start gap-2.5', className)}>
      <input
        id={id}
        type="checkbox"
        aria-describedby={hint ? `${id}-note` : undefined}
        className="mt-0.5 size-4 shrink-0 accent-(--accent)"
        {...props}
      />
      <div>
        <label htmlFor={id} className="block text-sm text-ink">
          {label}
        </label>
        {hint && (
          <p id={`${id}-note`} className="text-xs text-subtle">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** An error that belongs to no single field. */
export function FormError({ children }: { children: ReactNode }) {
  if (!children) return null;
  return (
    <div role="alert" className="flex items-start gap-2 rounded-sm bg-bad-soft px-3 py-2 text-xs text-bad">
      <CircleAlert size={14} className="mt-0.5 shrink-0" aria-hidden />
      <span>{children}</span>
    </div>
  );
}
