import type { ComponentProps } from 'react';
import { cn } from '../../lib/cn.ts';

/** A table that scrolls sideways where the page is too narrow for it, and never widens the page. */
export const Table = ({ className, ...props }: ComponentProps<'table'>) => (
  // A region that scrolls must be reachable by the keyboard.
  <div className="overflow-x-auto">
    <table className={cn('w-full border-collapse text-left text-sm', className)} {...props} />
  </div>
);

interface CellStyle {
  /** Figures stand to the right and in figures of equal width. */
  numeric?: boolean;
}

export const Th = ({ numeric, className, ...props }: ComponentProps<'th'> & CellStyle) => (
  <th
    scope="col"
    className={cn(
      'h-8 px-2 text-xs font-medium whitespace-nowrap text-subtle first:pl-4 last:pr-4',
      numeric && 'text-right',
      className,
    )}
    {...props}
  />
);

export const Td = ({ numeric, className, ...props }: ComponentProps<'td'> & CellStyle) => (
  <td
    className={cn('h-9 px-2 whitespace-nowrap first:pl-4 last:pr-4', numeric && 'text-right nums', className)}
    {...props}
  />
);
