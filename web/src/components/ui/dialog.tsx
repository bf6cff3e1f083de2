import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Button } from './button.tsx';

const DialogPopup = lazy(() => import('./dialog-popup.tsx'));
const SheetPopup = lazy(() => import('./sheet-popup.tsx'));

/** Stays true from the first opening on: a dialog is loaded when it is first needed, and may fade out when it closes. */
function useOpened(open: boolean): boolean {
  const [opened, setOpened] = useState(open);
  if (open && !opened) setOpened(true);
  return opened || open;
}

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  className?: string;
}

export function Dialog(props: DialogProps) {
  if (!useOpened(props.open)) return null;
  return (
    <Suspense>
      <DialogPopup {...props} />
    </Suspense>
  );
}

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A question that names what is destroyed: "Revoke the key “production”?" */
  title: string;
  /** What will not work or not exist afterwards. */
  consequence: ReactNode;
  /** The verb on the button: "Revoke key". */
  action: string;
  onConfirm: () => void;
  /** `primary` for what destroys nothing, but should not happen by a slip. */
  tone?: 'danger' | 'primary';
  pending?: boolean;
  error?: string | undefined;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={props.title} description={props.consequence}>
      {props.error && (
        <p role="alert" className="mt-3 text-xs text-bad">
          {props.error}
        </p>
      )}
      <DialogActions>
        <Button onClick={() => props.onOpenChange(false)}>Cancel</Button>
        <Button variant={props.tone ?? 'danger'} loading={props.pending ?? false} onClick={props.onConfirm}>
          {props.action}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-5 flex justify-end gap-2">{children}</div>
);

export interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  side?: 'left' | 'right';
  /** The page stays usable beside it: for details that are read while moving through a list. */
  modeless?: boolean;
  children: ReactNode;
  className?: string;
}

/** A panel at the edge of the page. */
export function Sheet(props: SheetProps) {
  if (!useOpened(props.open)) return null;
  return (
    <Suspense>
      <SheetPopup {...props} />
    </Suspense>
  );
}
