import { useSavingsSearch } from '../use-savings.ts';
import { NewWhatIf } from './new-whatif.tsx';
import { WhatIfList } from './whatif-list.tsx';
import { WhatIfPanel } from './whatif-panel.tsx';

/** The calls of a period, priced as if they had been made otherwise: a new one, or one that was saved. */
export function WhatIfTab() {
  const { whatif } = useSavingsSearch();
  if (whatif !== undefined) return <WhatIfPanel key={whatif} id={whatif} />;
  return (
    <>
      <NewWhatIf />
      <WhatIfList />
    </>
  );
}
