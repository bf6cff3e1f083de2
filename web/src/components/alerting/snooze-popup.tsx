import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import type { SnoozeMenuProps } from './snooze-menu.tsx';

const HOUR = 3_600_000;
const LENGTHS = [
  { label: 'For an hour', ms: HOUR },
  { label: 'For 4 hours', ms: 4 * HOUR },
  { label: 'For a day', ms: 24 * HOUR },
  { label: 'For a week', ms: 168 * HOUR },
  { label: 'For 30 days', ms: 720 * HOUR },
] as const;

export default function SnoozePopup({ trigger, until, onSnooze }: SnoozeMenuProps) {
  return (
    <Menu trigger={trigger} align="end" defaultOpen>
      {until !== null && (
        <>
          <MenuItem onClick={() => onSnooze(null)}>End the snooze</MenuItem>
          <MenuSeparator />
        </>
      )}
      {LENGTHS.map(({ label, ms }) => (
        <MenuItem key={label} onClick={() => onSnooze(new Date(Date.now() + ms).toISOString())}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
