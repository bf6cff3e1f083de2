import { type ComponentProps, useEffect, useRef, useState } from 'react';
import { cn } from '../../lib/cn.ts';

/** Whether the element is wider inside than outside, followed as either changes. */
function useOverflow() {
  const element = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const outer = element.current;
    const inner = outer?.firstElementChild;
    if (!outer || !inner) return;
    const observer = new ResizeObserver(() => setOverflows(outer.scrollWidth > outer.clientWidth));
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);
  return { element, overflows };
}

/** A table that scrolls sideways where the page is too narrow for it, and never widens the page. */
export function Table({ className, ...props }: ComponentProps<'table'>) {
  const { element, overflows } = useOverflow();
  // What scrolls must be reachable by the keyboard; what is placed inside (`sr-only`, too) must not widen the page.
  return (
    <div ref={element} className="relative overflow-x-auto" {...(overflows ? { tabIndex: 0 } : {})}>
      <table className={cn('w-full border-collapse text-left text-sm', className)} {...props} />
    </div>
  );
}

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
