import { ChevronDown } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { cn } from '../../lib/cn.ts';
import { buttonClass } from './button.tsx';
import { type Option, OptionList } from './option-list.tsx';
import { Popover } from './popover.tsx';

export interface PickerProps {
  /** What is picked, e.g. "Project"; read out before the value. */
  label: string;
  options: readonly Option[];
  selected: readonly string[];
  onChoose: (value: string) => void;
  /** What the button shows in place of the chosen option's name. */
  text?: ReactNode;
  icon?: ReactNode;
  search?: string;
  empty?: string;
  /** Several may be chosen: the list stays open. */
  multiple?: boolean;
  align?: 'start' | 'end';
  variant?: 'secondary' | 'ghost';
  size?: 'sm' | 'md';
  className?: string;
}

/** A button that shows the choice and opens a list to change it. */
export function Picker(props: PickerProps) {
  const { label, options, selected, onChoose, text, icon, search, empty, multiple, align = 'start' } = props;
  const [open, setOpen] = useState(false);
  const chosen = options.find((option) => selected.includes(option.value));
  const trigger = (
    <button
      type="button"
      aria-label={`${label}: ${typeof text === 'string' ? text : (chosen?.label ?? 'none')}`}
      className={cn(
        buttonClass({ variant: props.variant ?? 'secondary', size: props.size ?? 'md' }),
        'max-w-56 pr-2 max-sm:max-w-36',
        props.className,
      )}
    >
      {icon}
      <span className="truncate">{text ?? chosen?.label ?? label}</span>
      <ChevronDown size={14} className="text-subtle" aria-hidden />
    </button>
  );
  return (
    <Popover
      trigger={trigger}
      label={label}
      open={open}
      onOpenChange={setOpen}
      align={align}
      className={search === undefined ? 'min-w-44' : 'w-64'}
    >
      <OptionList
        label={label}
        options={options}
        selected={selected}
        search={search}
        className="max-h-80"
        {...(empty === undefined ? {} : { empty })}
        onChoose={(value) => {
          onChoose(value);
          if (!multiple) setOpen(false);
        }}
      />
    </Popover>
  );
}
