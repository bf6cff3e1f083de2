import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { Kbd } from '../../components/ui/kbd.tsx';
import { LogoMark } from '../../components/ui/logo.tsx';
import { useMe } from '../../lib/api/me.ts';
import { cn } from '../../lib/cn.ts';
import { readAppSearch } from '../../lib/search.ts';
import { modifierKey } from '../../lib/shortcuts.ts';
import { isShown, NAVIGATION } from './navigation.ts';
import { OpenAlerts } from './open-alerts.tsx';
import { UserMenu } from './user-menu.tsx';

export function Sidebar({ onSearch, onNavigate }: { onSearch: () => void; onNavigate?: () => void }) {
  const { organization, permissions } = useMe();
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-14 shrink-0 items-center gap-2.5 px-4">
        <LogoMark size={22} className="shrink-0" />
        <span className="truncate text-sm font-semibold tracking-tight text-ink">{organization.name}</span>
      </div>
      <div className="px-3">
        <button
          type="button"
          onClick={onSearch}
          className="flex h-8 w-full items-center gap-2 rounded-sm border border-line bg-surface px-2.5 text-sm text-subtle shadow-raised transition-colors hover:border-line-strong hover:text-muted"
        >
          <Search size={14} aria-hidden />
          <span className="flex-1 text-left">Search</span>
          <Kbd>{modifierKey}K</Kbd>
        </button>
      </div>
      <nav aria-label="Pages" className="mt-4 flex-1 overflow-y-auto px-3">
        {NAVIGATION.map(({ group, items }) => (
          <div key={group ?? 'pages'} className="mb-5">
            {group && <p className="mb-1 px-2.5 text-2xs font-medium text-subtle">{group}</p>}
            <ul className="flex flex-col gap-0.5">
              {items
                .filter((item) => isShown(item, permissions))
                .map(({ to, label, icon: Icon, badge }) => (
                  <li key={to}>
                    <Link
                      to={to}
                      search={readAppSearch}
                      activeOptions={{ exact: to === '/', includeSearch: false }}
                      onClick={() => onNavigate?.()}
                      className="flex h-8 items-center gap-2.5 rounded-sm px-2.5 text-sm font-medium transition-colors"
                      activeProps={{ className: 'bg-pressed text-ink', 'aria-current': 'page' }}
                      inactiveProps={{ className: cn('text-muted hover:bg-hover hover:text-ink') }}
                    >
                      <Icon size={15} aria-hidden />
                      {label}
                      {badge === 'openAlerts' && <OpenAlerts />}
                    </Link>
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </nav>
      <div className="p-3">
        <UserMenu />
      </div>
    </div>
  );
}
