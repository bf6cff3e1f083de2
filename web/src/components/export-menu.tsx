import { Download } from 'lucide-react';
import { lazy } from 'react';
import type { QueryParameters } from '../lib/http.ts';
import { Button } from './ui/button.tsx';
import { OnDemand } from './ui/on-demand.tsx';

const load = () => import('./export-menu-popup.tsx');
const ExportMenuPopup = lazy(load);

export interface ExportMenuProps {
  /** The route that makes the file, without its format. */
  path: string;
  /** What the file is of; a function is asked when somebody chooses a format. */
  query?: QueryParameters | (() => QueryParameters);
  /** Formats besides CSV, JSON and JSON lines. */
  formats?: readonly { value: string; label: string }[];
  /** More rows than one reply holds: it has to be made in another way. */
  onTooLarge?: (format: string, query: QueryParameters) => void;
  /** What else can be done about files, below the formats. */
  actions?: readonly { label: string; onClick: () => void }[];
}

/** Gives what a page lists away as a file. */
export function ExportMenu(props: ExportMenuProps) {
  const trigger = (
    // On a phone the icon is all there is of it.
    <Button icon={<Download size={14} aria-hidden />} aria-label="Export" data-icon>
      <span className="max-sm:sr-only">Export</span>
    </Button>
  );
  return (
    <OnDemand trigger={trigger} load={load} popup="menu">
      <ExportMenuPopup trigger={trigger} {...props} />
    </OnDemand>
  );
}
