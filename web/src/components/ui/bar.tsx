import { cn } from '../../lib/cn.ts';

/** How large a share is, as a thin bar: 0 to 1. The figure itself stands beside it. */
export const ShareBar = ({ share, colour, className }: { share: number; colour?: string; className?: string }) => (
  <span aria-hidden className={cn('block h-1 overflow-hidden rounded-full bg-sunken', className)}>
    <span
      className="block h-full rounded-full bg-accent transition-[width] duration-300"
      style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%`, ...(colour ? { background: colour } : {}) }}
    />
  </span>
);

/** Progress of work that takes a while. */
export const ProgressBar = ({ value, label }: { value: number; label: string }) => (
  <div
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={Math.round(value * 100)}
  >
    <ShareBar share={value} className="h-1.5" />
  </div>
);
