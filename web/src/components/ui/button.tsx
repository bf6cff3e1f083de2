import { LoaderCircle } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { cn } from '../../lib/cn.ts';

const VARIANTS = {
  primary: 'bg-solid text-solid-ink hover:bg-solid-hover shadow-raised',
  secondary: 'bg-surface text-ink border border-line-strong hover:bg-sunken shadow-raised',
  ghost: 'text-muted hover:bg-hover hover:text-ink data-popup-open:bg-hover',
  danger: 'bg-danger text-white hover:opacity-90 shadow-raised',
} as const;

const SIZES = {
  sm: 'h-7 px-2.5 text-xs gap-1.5 rounded-sm',
  md: 'h-8 px-3 text-sm gap-2 rounded-sm',
  lg: 'h-10 px-4 text-md gap-2 rounded-md',
} as const;

const SQUARES = { sm: 'size-7 rounded-sm', md: 'size-8 rounded-sm', lg: 'size-10 rounded-md' } as const;

export interface ButtonStyle {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  /** The button shows an icon alone; it needs an `aria-label`. */
  square?: boolean;
}

/** The look of a button, for links that should have it. */
export const buttonClass = ({ variant = 'secondary', size = 'md', square = false }: ButtonStyle = {}): string =>
  cn(
    'inline-flex shrink-0 items-center justify-center whitespace-nowrap font-medium select-none transition-colors duration-100',
    'disabled:pointer-events-none disabled:opacity-50 [&_svg]:shrink-0',
    VARIANTS[variant],
    square ? SQUARES[size] : SIZES[size],
  );

export interface ButtonProps extends ComponentProps<'button'>, ButtonStyle {
  /** The action is under way: the label stays, so that nothing jumps, and the button cannot be pressed again. */
  loading?: boolean;
  icon?: ReactNode;
}

export function Button({
  variant,
  size,
  square,
  loading = false,
  icon,
  className,
  children,
  disabled,
  ...props
}: ButtonProps) {
  const style: ButtonStyle = {};
  if (variant) style.variant = variant;
  if (size) style.size = size;
  if (square) style.square = square;
  return (
    <button
      type="button"
      className={cn(buttonClass(style), className)}
      disabled={disabled || loading}
      aria-busy={loading || undefined}
      {...props}
    >
      {loading ? <LoaderCircle size={14} className="animate-spin" aria-hidden /> : icon}
      {children}
    </button>
  );
}
