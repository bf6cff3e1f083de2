import { Switch as BaseSwitch } from '@base-ui/react/switch';

export interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** The id of the element that names it. */
  labelledBy: string;
  describedBy?: string;
  disabled?: boolean;
}

export const Switch = ({ checked, onChange, labelledBy, describedBy, disabled = false }: SwitchProps) => (
  <BaseSwitch.Root
    checked={checked}
    onCheckedChange={onChange}
    disabled={disabled}
    aria-labelledby={labelledBy}
    aria-describedby={describedBy}
    className="flex h-5 w-9 shrink-0 items-center rounded-full bg-line-strong p-0.5 transition-colors data-checked:bg-accent data-disabled:opacity-50"
  >
    <BaseSwitch.Thumb className="size-4 rounded-full bg-white shadow-raised transition-transform duration-150 data-checked:translate-x-4" />
  </BaseSwitch.Root>
);
