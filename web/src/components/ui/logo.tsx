import { cn } from '../../lib/cn.ts';

/** A token, held. `public/favicon.svg` is the same drawing. */
export const LogoMark = ({ size = 22, className }: { size?: number; className?: string }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className={className}>
    <rect width="32" height="32" rx="8" fill="#3d4bd8" />
    <path
      d="M12.5 8H11a3 3 0 0 0-3 3v10a3 3 0 0 0 3 3h1.5M19.5 8H21a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3h-1.5"
      fill="none"
      stroke="#fff"
      strokeWidth="2.5"
      strokeLinecap="round"
    />
    <circle cx="16" cy="16" r="3.25" fill="#fff" />
  </svg>
);

export const Logo = ({ className }: { className?: string }) => (
  <span className={cn('inline-flex items-center gap-2 text-md font-semibold tracking-tight text-ink', className)}>
    <LogoMark />
    Tokengrip
  </span>
);
