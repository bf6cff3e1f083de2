import { useQuery } from '@tanstack/react-query';
import { channelsQuery } from '../../lib/api/channels.ts';
import { Picker } from '../ui/picker.tsx';
import { ChannelIcon } from './channel-icon.tsx';

export interface ChannelPickerProps {
  label: string;
  selected: readonly number[];
  onChange: (ids: number[]) => void;
  /** What it means that none is chosen. */
  none: string;
  className?: string;
}

/** Channels to choose from; those that are off say so. */
export function ChannelPicker({ label, selected, onChange, none, className }: ChannelPickerProps) {
  const { data } = useQuery(channelsQuery);
  const channels = data?.channels ?? [];
  const names = channels.filter(({ id }) => selected.includes(id)).map(({ name }) => name);
  const [first, ...others] = names;
  const chosen = others.length > 1 ? `${first} and ${others.length} more` : names.join(', ');
  const text = first === undefined ? (selected.length > 0 && !data ? '…' : none) : chosen;
  return (
    <Picker
      label={label}
      options={channels.map(({ id, name, kind, enabled }) => ({
        value: String(id),
        label: name,
        icon: <ChannelIcon kind={kind} />,
        ...(enabled ? {} : { hint: 'off' }),
      }))}
      selected={selected.map(String)}
      multiple
      text={text}
      empty="There are no channels yet"
      {...(className === undefined ? {} : { className })}
      onChoose={(value) => {
        const id = Number(value);
        onChange(selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id]);
      }}
    />
  );
}
