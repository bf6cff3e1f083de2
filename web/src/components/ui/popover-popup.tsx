import { Popover as BasePopover } from '@base-ui/react/popover';
import { cn } from '../../lib/cn.ts';
import type { PopoverProps } from './popover.tsx';
import { POPUP_LAYER, popupClass } from './popup.ts';

export default function PopoverPopup(props: PopoverProps) {
  const { trigger, label, children, open, onOpenChange, align = 'start', className } = props;
  return (
    <BasePopover.Root open={open} onOpenChange={onOpenChange}>
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal>
        <BasePopover.Positioner className={POPUP_LAYER} sideOffset={6} align={align} collisionPadding={12}>
          <BasePopover.Popup aria-label={label} className={cn(popupClass, 'max-w-[calc(100vw-24px)]', className)}>
            {children}
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}
