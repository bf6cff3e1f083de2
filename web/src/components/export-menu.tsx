import { Download } from 'lucide-react';
import { lazy } from 'react';
import { Button } from './ui/button.tsx';
import { OnDemand } from './ui/on-demand.tsx';

const load = () => import('./export-menu-popup.tsx');
const ExportMenuPopup = lazy(load);

export interface ExportMenuProps {
  /** The route that makes the file, without its format. */
  path: string;
  query?: Record<string, string>;
}

/** Gives what a page lists away as a file. */
export function ExportMenu(props: ExportMenuProps) {
  const trigger = (
    <Button icon={<Download size={14} aria-hidden />} aria-label="Export">
      <span className="max-sm:sr-only">Export</span>
    </Button>
  );
  return (
    <OnDemand trigger={trigger} load={load} popup="menu">
      <ExportMenuPopup trigger={trigger} {...props} />
    </OnDemand>
  );
}
