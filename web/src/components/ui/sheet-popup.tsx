import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { cn } from '../../lib/cn.ts';
import { Button } from './button.tsx';
import type { SheetProps } from './dialog.tsx';
import { backdropClass } from './popup.ts';

const SIDES = {
  right: 'right-0 border-l data-ending-style:translate-x-full data-starting-style:translate-x-full',
  left: 'left-0 border-r data-ending-style:-translate-x-full data-starting-style:-translate-x-full',
} as const;

export default function SheetPopup(props: SheetProps) {
  const { open, onOpenChange, title, side = 'right', modeless = false, children, className } = props;
  return (
    <BaseDialog.Root open={open} onOpenChange={onOpenChange} modal={!modeless} disablePointerDismissal={modeless}>
      <BaseDialog.Portal>
        {!modeless && <BaseDialog.Backdrop className={backdropClass} />}
        <BaseDialog.Popup
          className={cn(
            'fixed inset-y-0 z-50 flex w-[26rem] max-w-[calc(100vw-3rem)] flex-col border-line bg-surface shadow-popup outline-none',
            'transition-transform duration-200 ease-out',
            SIDES[side],
            className,
          )}
        >
          <div className="flex h-14 shrink-0 items-center justify-between gap-3 border-b border-line px-5">
            <BaseDialog.Title className="min-w-0 truncate text-md font-semibold text-ink">{title}</BaseDialog.Title>
            <BaseDialog.Close
              render={
                <Button variant="ghost" square aria-label="Close" className="-mr-2">
                  <X size={16} aria-hidden />
                </Button>
              }
            />
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">{children}</div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
