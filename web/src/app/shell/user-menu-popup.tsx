import { LogOut } from 'lucide-react';
import type { ReactElement } from 'react';
import { Menu, MenuItem, MenuRadio, MenuSeparator } from '../../components/ui/menu.tsx';
import { setTheme, useThemeChoice } from '../../lib/theme.ts';
import { THEME_OPTIONS } from './theme-options.tsx';
import { useLogOut } from './use-log-out.ts';

export default function UserMenuPopup({ trigger }: { trigger: ReactElement }) {
  const theme = useThemeChoice();
  const logOut = useLogOut();
  return (
    <Menu side="top" className="w-50" trigger={trigger} defaultOpen>
      <MenuRadio label="Theme" value={theme} options={THEME_OPTIONS} onChange={setTheme} />
      <MenuSeparator />
      <MenuItem icon={<LogOut size={14} aria-hidden />} onClick={() => void logOut()}>
        Log out
      </MenuItem>
    </Menu>
  );
}
