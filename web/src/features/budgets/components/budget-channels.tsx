import { ChannelPicker } from '../../../components/alerting/channel-picker.tsx';

export interface BudgetChannelsProps {
  selected: readonly number[];
  onChange: (ids: number[]) => void;
}

/** Who is told of this budget. */
export const BudgetChannels = ({ selected, onChange }: BudgetChannelsProps) => (
  <div className="flex flex-col items-start gap-1.5">
    <span className="text-xs font-medium text-ink">Told by</span>
    <ChannelPicker
      label="Channels"
      selected={selected}
      none="As the alerts’ settings say"
      onChange={onChange}
      className="max-w-full!"
    />
    <p className="text-xs text-subtle">Alerts of budgets are in the inbox, too.</p>
  </div>
);
