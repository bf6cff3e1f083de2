import type { ReactNode } from 'react';

export interface SettingRowProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  actions: ReactNode;
}

/** One thing about the account: what it is now, and what can be done about it. */
export const SettingRow = ({ label, value, note, actions }: SettingRowProps) => (
  <div className="flex items-center justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-3 max-sm:flex-wrap">
    <div className="min-w-0 sm:flex sm:flex-1 sm:items-baseline">
      <p className="w-36 shrink-0 text-xs font-medium text-subtle">{label}</p>
      <div className="min-w-0">
        <div className="text-sm break-words text-ink">{value}</div>
        {note && <p className="mt-0.5 text-xs text-subtle">{note}</p>}
      </div>
    </div>
    <div className="flex shrink-0 flex-wrap gap-2">{actions}</div>
  </div>
);
