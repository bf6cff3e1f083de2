import { Button } from '../../../components/ui/button.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { DialogActions } from '../../../components/ui/dialog.tsx';

export interface OneTimeLinkProps {
  /** As the server made it, with its secret. */
  path: string;
  /** Who is to have it, and how. */
  note: string;
  onDone: () => void;
}

/** A link in the one moment in which it can be seen. */
export function OneTimeLink({ path, note, onDone }: OneTimeLinkProps) {
  const link = window.location.origin + path;
  return (
    <div className="mt-4">
      <div className="flex items-center gap-2 rounded-md border border-line-strong bg-canvas py-1.5 pr-1.5 pl-3">
        <code className="min-w-0 flex-1 font-mono text-xs break-all text-ink">{link}</code>
        <CopyButton text={link} label="Copy link" size="sm" />
      </div>
      <p className="mt-2 text-xs text-subtle">{note}</p>
      <DialogActions>
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </div>
  );
}
