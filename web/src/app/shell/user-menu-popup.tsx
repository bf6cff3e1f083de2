import { useMutation, useQuery } from '@tanstack/react-query';
import { LogOut, Plus } from 'lucide-react';
import type { ReactElement } from 'react';
import { Menu, MenuItem, MenuRadio, MenuSeparator } from '../../components/ui/menu.tsx';
import { toast } from '../../components/ui/toast.tsx';
import { useMe } from '../../lib/api/me.ts';
import { organizationsQuery, switchOrganization } from '../../lib/api/organizations.ts';
import { statusQuery } from '../../lib/api/status.ts';
import { setTheme, useThemeChoice } from '../../lib/theme.ts';
import { THEME_OPTIONS } from './theme-options.tsx';
import { useLogOut } from './use-log-out.ts';

export interface UserMenuPopupProps {
  trigger: ReactElement;
  onNewOrganization: () => void;
}

export default function UserMenuPopup({ trigger, onNewOrganization }: UserMenuPopupProps) {
  const theme = useThemeChoice();
  const logOut = useLogOut();
  const { data: status } = useQuery(statusQuery);
  const { organization, role } = useMe();
  // The server has the last word.
  const mayCreate = status?.openRegistration === true || role === 'owner' || role === 'admin';
  const organizations = useQuery(organizationsQuery).data?.organizations ?? [];
  const change = useMutation({
    mutationFn: switchOrganization,
    // Nothing of one organization may be seen in another: the whole page begins anew.
    onSuccess: () => window.location.assign('/'),
    onError: (error) => toast(error.message, 'bad'),
  });
  return (
    <Menu side="top" className="w-56" trigger={trigger} defaultOpen>
      {organizations.length > 1 && (
        <MenuRadio
          label="Organization"
          value={String(organization.id)}
          options={organizations.map(({ id, name }) => ({ value: String(id), label: name }))}
          onChange={(id) => change.mutate(Number(id))}
        />
      )}
      {mayCreate && (
        <MenuItem icon={<Plus size={14} aria-hidden />} onClick={onNewOrganization}>
          New organization
        </MenuItem>
      )}
      {(organizations.length > 1 || mayCreate) && <MenuSeparator />}
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
