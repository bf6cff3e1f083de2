import { lazy, type ReactElement, type ReactNode } from 'react';
import { OnDemand, type TriggerProps } from './on-demand.tsx';

const load = () => import('./popover-popup.tsx');
const PopoverPopup = lazy(load);

export interface PopoverProps {
  trigger: ReactElement<TriggerProps>;
  /** Read by screen readers when it opens. */
  label: string;
  children: ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  align?: 'start' | 'center' | 'end';
  className?: string;
}

/** Something that opens beside its trigger. */
export const Popover = (props: PopoverProps) => (
  <OnDemand trigger={props.trigger} load={load} popup="dialog" onOpen={() => props.onOpenChange(true)}>
    <PopoverPopup {...props} />
  </OnDemand>
);
