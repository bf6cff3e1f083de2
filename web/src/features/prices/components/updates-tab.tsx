import { FlaggedPanel } from './flagged-panel.tsx';
import { RunSheet } from './run-sheet.tsx';
import { RunsPanel } from './runs-panel.tsx';
import { SyncPanel } from './sync-panel.tsx';

/** How the price list is kept up to date, and what that changed. */
export const UpdatesTab = () => (
  <>
    <SyncPanel />
    <FlaggedPanel />
    <RunsPanel />
    <RunSheet />
  </>
);
