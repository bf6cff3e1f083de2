import type { ReactNode } from 'react';

/** The head of a page of figures: its name, and the pickers that stay in reach while the page scrolls. */
export const StickyHeader = ({ title, children }: { title: string; children?: ReactNode }) => (
  <header className="sticky top-0 z-20 border-b border-line bg-canvas/92 backdrop-blur-sm max-lg:top-12">
    <div className="mx-auto flex min-h-14 w-full max-w-7xl items-center justify-between gap-x-6 gap-y-2 px-4 py-2 max-sm:flex-col max-sm:items-start max-sm:justify-center lg:px-8">
      <h1 className="text-lg font-semibold tracking-tight text-ink">{title}</h1>
      {/* On a phone the names alone, so that all pickers are in sight. */}
      {children && (
        <div className="flex max-w-full gap-2 overflow-x-auto [scrollbar-width:none] max-sm:gap-1.5 max-sm:[&_button]:gap-1 max-sm:[&_button]:px-2 max-sm:[&_button]:text-xs max-sm:[&_button:not([data-icon])>svg:first-child:not(:only-child)]:hidden">
          {children}
        </div>
      )}
    </div>
  </header>
);
