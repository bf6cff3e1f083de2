import { ChevronsUpDown } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { OnDemand } from '../../components/ui/on-demand.tsx';
import { useMe } from '../../lib/api/me.ts';

const load = () => import('./user-menu-popup.tsx');
const UserMenuPopup = lazy(load);
const NewOrganizationDialog = lazy(() => import('./new-organization-dialog.tsx'));

export function UserMenu() {
  const { user } = useMe();
  const [creating, setCreating] = useState(false);
  const trigger = (
    <button
      type="button"
      className="flex h-11 w-full items-center gap-2.5 rounded-sm px-2 text-left transition-colors hover:bg-hover data-popup-open:bg-hover"
    >
      <span
        aria-hidden
        className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
      >
        {user.name.trim().charAt(0).toUpperCase()}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-xs font-medium text-ink">{user.name}</span>
        <span className="block truncate text-2xs text-subtle">{user.email}</span>
      </span>
      <ChevronsUpDown size={14} className="shrink-0 text-subtle" aria-hidden />
    </button>
  );
  return (
    <>
      <OnDemand trigger={trigger} load={load} popup="menu">
        <UserMenuPopup trigger={trigger} onNewOrganization={() => setCreating(true)} />
      </OnDemand>
      {creating && (
        <Suspense>
          <NewOrganizationDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}
