import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { cn } from '../../lib/cn.ts';
import { POPUP_LAYER, popupClass } from './popup.ts';

const itemClass =
  'flex h-8 cursor-default items-center gap-2.5 rounded-xs px-2 text-sm text-ink outline-none select-none ' +
  'data-highlighted:bg-hover data-disabled:opacity-50 [&_svg]:shrink-0 [&_svg]:text-subtle';

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  children: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
  /** Open from the beginning, where the menu was loaded because it was asked for. */
  defaultOpen?: boolean;
  className?: string;
}

export function Menu({
  trigger,
  children,
  align = 'start',
  side = 'bottom',
  defaultOpen = false,
  className,
}: MenuProps) {
  return (
    <BaseMenu.Root defaultOpen={defaultOpen}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner className={cn('outline-none', POPUP_LAYER)} sideOffset={6} align={align} side={side}>
          <BaseMenu.Popup className={cn(popupClass, 'min-w-48 p-1', className)}>{children}</BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

export function MenuItem({
  icon,
  danger,
  children,
  onClick,
}: {
  icon?: ReactNode;
  danger?: boolean;
  children: ReactNode;
  onClick: () => void;
}) {
  return (
    <BaseMenu.Item className={cn(itemClass, danger && 'text-bad [&_svg]:text-bad')} onClick={onClick}>
      {icon}
      {children}
    </BaseMenu.Item>
  );
}

export interface MenuRadioProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; icon?: ReactNode }[];
  onChange: (value: T) => void;
}

/** A choice of one inside a menu. */
export function MenuRadio<T extends string>({ label, value, options, onChange }: MenuRadioProps<T>) {
  return (
    <BaseMenu.Group>
      <BaseMenu.GroupLabel className="px-2 pt-1.5 pb-1 text-2xs font-medium text-subtle">{label}</BaseMenu.GroupLabel>
      <BaseMenu.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
        {options.map((option) => (
          <BaseMenu.RadioItem key={option.value} value={option.value} className={itemClass} closeOnClick={false}>
            {option.icon}
            <span className="flex-1">{option.label}</span>
            <BaseMenu.RadioItemIndicator>
              <Check size={14} aria-hidden />
            </BaseMenu.RadioItemIndicator>
          </BaseMenu.RadioItem>
        ))}
      </BaseMenu.RadioGroup>
    </BaseMenu.Group>
  );
}

export const MenuSeparator = () => <BaseMenu.Separator className="mx-1 my-1 h-px bg-line" />;
