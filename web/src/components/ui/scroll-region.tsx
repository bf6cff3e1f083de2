import type { ReactNode, Ref, UIEvent } from 'react';

/** What scrolls on its own must be reachable by the keyboard. */
const REACHABLE = { tabIndex: 0 };

export interface ScrollRegionProps {
  label: string;
  children: ReactNode;
  ref?: Ref<HTMLElement>;
  onScroll?: (event: UIEvent<HTMLElement>) => void;
  className?: string;
}

/** A part of the page with a scroll bar of its own. */
export const ScrollRegion = ({ label, ...props }: ScrollRegionProps) => (
  <section {...REACHABLE} aria-label={label} {...props} />
);
