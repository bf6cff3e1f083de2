import { AliasesPanel } from './aliases-panel.tsx';
import { OverridesPanel } from './overrides-panel.tsx';

/** What the organization lays over the shared list. */
export const OverridesTab = () => (
  <>
    <OverridesPanel />
    <AliasesPanel />
  </>
);
