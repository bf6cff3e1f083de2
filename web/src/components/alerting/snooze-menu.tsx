import { lazy, type ReactElement } from 'react';
import { OnDemand, type TriggerProps } from '../ui/on-demand.tsx';

const load = () => import('./snooze-popup.tsx');
const SnoozePopup = lazy(load);

export interface SnoozeMenuProps {
  trigger: ReactElement<TriggerProps>;
  /** Until when it is snoozed now. */
  until: string | null;
  onSnooze: (until: string | null) => void;
}

/** For how long something keeps quiet; the same choice everywhere. */
export const SnoozeMenu = (props: SnoozeMenuProps) => (
  <OnDemand trigger={props.trigger} load={load} popup="menu">
    <SnoozePopup {...props} />
  </OnDemand>
);
