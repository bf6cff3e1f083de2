import type { ComponentProps } from 'react';

/** A choice of one without a label of its own, in a row or a header: named by `aria-label`. */
export const InlineSelect = (props: ComponentProps<'select'> & { 'aria-label': string }) => (
  <select
    className="h-8 w-28 rounded-sm border border-line-strong bg-surface px-2 text-sm text-ink shadow-raised transition-colors hover:border-subtle disabled:opacity-60"
    {...props}
  />
);
