import { cn } from '../../lib/cn.ts';

/** Holds the place of what is still loading; give it the size of that. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden className={cn('block skeleton rounded-xs', className)} />
);

const WIDTHS = ['w-40', 'w-28', 'w-36', 'w-24', 'w-32', 'w-44'];

const named = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`);

/** Rows of a table that is still loading, as high as its own. */
export const SkeletonRows = ({ rows, columns }: { rows: number; columns: number }) =>
  named('row', rows).map((row, index) => (
    <tr key={row} aria-hidden>
      {named('cell', columns).map((cell, column) => (
        <td key={cell} className="h-9 px-2 first:pl-4 last:pr-4">
          <Skeleton className={cn('h-3.5 max-w-full', column === 0 ? WIDTHS[index % WIDTHS.length] : 'ml-auto w-14')} />
        </td>
      ))}
    </tr>
  ));
