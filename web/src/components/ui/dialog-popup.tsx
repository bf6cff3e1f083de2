import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { cn } from '../../lib/cn.ts';
import type { DialogProps } from './dialog.tsx';
import { backdropClass } from './popup.ts';

export default function DialogPopup({ open, onOpenChange, title, description, children, className }: DialogProps) {
  return (
    <BaseDialog.Root open={open} onOpenChange={onOpenChange}>
      <BaseDialog.Portal>
        {/* In the layer of what it may open above: a sheet steps back behind a dialog of its own, too. */}
        <BaseDialog.Backdrop forceRender className={cn(backdropClass, 'z-50!')} />
        <BaseDialog.Popup
          className={cn(
            'fixed top-[18vh] left-1/2 z-50 w-[28rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-lg border border-line bg-surface p-5 shadow-popup outline-none',
            'transition-[opacity,scale] duration-150 data-ending-style:scale-[0.98] data-ending-style:opacity-0 data-starting-style:scale-[0.98] data-starting-style:opacity-0',
            className,
          )}
        >
          <BaseDialog.Title className="text-md font-semibold text-ink">{title}</BaseDialog.Title>
          {description && (
            <BaseDialog.Description className="mt-1.5 text-sm text-muted">{description}</BaseDialog.Description>
          )}
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
