import { useQuery } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import type { ReactElement } from 'react';
import { Menu, MenuItem, MenuRadio, MenuSeparator } from '../../components/ui/menu.tsx';
import { statusQuery } from '../../lib/api/status.ts';
import { setTheme, useThemeChoice } from '../../lib/theme.ts';
import { THEME_OPTIONS } from './theme-options.tsx';
import { useLogOut } from './use-log-out.ts';

export default function UserMenuPopup({ trigger }: { trigger: ReactElement }) {
  const theme = useThemeChoice();
  const logOut = useLogOut();
  const { data: status } = useQuery(statusQuery);
  return (
    <Menu side="top" className="w-50" trigger={trigger} defaultOpen>
      <MenuRadio label="Theme" value={theme} options={THEME_OPTIONS} onChange={setTheme} />
      <MenuSeparator />
      <MenuItem icon={<LogOut size={14} aria-hidden />} onClick={() => void logOut()}>
        Log out
      </MenuItem>
      {status && (
        <>
          <MenuSeparator />
          <p className="px-2 py-1 text-2xs text-subtle">Tokengrip {status.version}</p>
        </>
      )}
    </Menu>
  );
}
