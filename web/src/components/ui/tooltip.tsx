import { Tooltip as BaseTooltip } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { cn } from '../../lib/cn.ts';
import { POPUP_LAYER } from './popup.ts';

/** A hint on hover and focus. It repeats or explains; what a person must know stands on the page. */
export function Tooltip({ content, children }: { content: ReactNode; children: ReactElement }) {
  return (
    <BaseTooltip.Root>
      <BaseTooltip.Trigger render={children} delay={250} />
      <BaseTooltip.Portal>
        <BaseTooltip.Positioner sideOffset={6} collisionPadding={8} className={POPUP_LAYER}>
          <BaseTooltip.Popup
            className={cn(
              'max-w-72 rounded-sm bg-solid px-2 py-1 text-xs text-solid-ink shadow-popup popup-motion nums',
            )}
          >
            {content}
          </BaseTooltip.Popup>
        </BaseTooltip.Positioner>
      </BaseTooltip.Portal>
    </BaseTooltip.Root>
  );
}
