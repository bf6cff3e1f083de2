import type { ReactNode } from 'react';
import { cn } from '../../lib/cn.ts';

const TONES = {
  neutral: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
} as const;

export interface BadgeProps {
  tone?: keyof typeof TONES;
  /** Explains the word on hover. */
  title?: string;
  children: ReactNode;
  className?: string;
}

export const Badge = ({ tone = 'neutral', title, children, className }: BadgeProps) => (
  <span
    title={title}
    className={cn(
      'inline-flex h-5 shrink-0 items-center gap-1 rounded-xs px-1.5 text-2xs font-medium whitespace-nowrap',
      TONES[tone],
      className,
    )}
  >
    {children}
  </span>
);
