import { CircleAlert } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cn } from '../../lib/cn.ts';

const inputClass =
  'h-9 w-full rounded-sm border border-line-strong bg-surface px-3 text-sm text-ink shadow-raised transition-colors ' +
  'placeholder:text-subtle hover:border-subtle focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent-soft ' +
  'aria-invalid:border-bad disabled:opacity-60';

export interface FieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value, as a sentence. */
  error?: string | undefined;
}

/** A text input with its label, a hint, and in the hint's place the error. */
export function Field({ label, hint, error, className, ...props }: FieldProps) {
  const id = useId();
  const describedBy = error || hint ? `${id}-note` : undefined;
  return (
    <div className={cn('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="text-xs font-medium text-ink">
        {label}
      </label>
      <input
        id={id}
        className={inputClass}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy}
        {...props}
      />
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
