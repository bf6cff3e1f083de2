import { cloneElement, type ReactElement, type ReactNode, Suspense, useState } from 'react';

export interface TriggerProps {
  onPointerEnter?: () => void;
  onFocus?: () => void;
  onClick?: () => void;
  'aria-haspopup'?: 'menu' | 'dialog';
  'aria-expanded'?: boolean;
}

export interface OnDemandProps {
  trigger: ReactElement<TriggerProps>;
  /** Fetches the code of what the trigger opens. Called early, when the pointer or the focus gets there. */
  load: () => Promise<unknown>;
  popup: 'menu' | 'dialog';
  onOpen?: () => void;
  /** The trigger together with what it opens, opened. */
  children: ReactNode;
}

/**
 * A trigger alone, until somebody reaches for it: menus and popovers weigh as much as the rest of a page, and most
 * visits open none of them.
 */
export function OnDemand({ trigger, load, popup, onOpen, children }: OnDemandProps) {
  const [wanted, setWanted] = useState(false);
  if (wanted) return <Suspense fallback={trigger}>{children}</Suspense>;
  const fetchEarly = () => void load();
  return cloneElement(trigger, {
    onPointerEnter: fetchEarly,
    onFocus: fetchEarly,
    onClick: () => {
      setWanted(true);
      onOpen?.();
    },
    'aria-haspopup': popup,
    'aria-expanded': false,
  });
}
