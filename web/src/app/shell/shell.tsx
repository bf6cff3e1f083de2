import { Outlet } from '@tanstack/react-router';
import { CloudOff, Menu as MenuIcon, Search } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Sheet } from '../../components/ui/dialog.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import { useLiveData } from '../../lib/live.ts';
import { DemoBanner } from './demo-banner.tsx';
import { Sidebar } from './sidebar.tsx';
import { useShortcuts } from './use-shortcuts.ts';

const CommandPalette = lazy(() => import('./command-palette.tsx'));

/** A component of its own, because what it reads changes every second. */
function LiveData() {
  const { lost } = useLiveData();
  if (!lost) return null;
  return (
    <div
      role="status"
      className="fixed bottom-4 left-1/2 z-40 flex -translate-x-1/2 items-center gap-2 rounded-full bg-solid px-3 py-1.5 text-xs text-solid-ink shadow-popup"
    >
      <CloudOff size={14} aria-hidden />
      Tokengrip does not answer. Trying again…
    </div>
  );
}

export function Shell() {
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [menuOpen, setMenuOpen] = useState(false);
  useShortcuts(() => setPaletteOpen((open) => !open));
  const search = () => {
    setMenuOpen(false);
    setPaletteOpen(true);
  };
  return (
    <div className="flex min-h-dvh max-lg:flex-col">
      <a
        href="#page"
        className="sr-only z-50 rounded-sm bg-solid px-3 py-2 text-sm text-solid-ink focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to the page
      </a>
      <aside className="sticky top-0 h-dvh w-56 shrink-0 border-r border-line max-lg:hidden">
        <Sidebar onSearch={search} />
      </aside>
      <header className="sticky top-0 z-30 flex h-12 shrink-0 items-center justify-between border-b border-line bg-canvas px-3 lg:hidden">
        <div className="flex items-center gap-1">
          <Button variant="ghost" square aria-label="Menu" onClick={() => setMenuOpen(true)}>
            <MenuIcon size={16} aria-hidden />
          </Button>
          <Logo />
        </div>
        <Button variant="ghost" square aria-label="Search" onClick={search}>
          <Search size={16} aria-hidden />
        </Button>
      </header>
      <Sheet open={menuOpen} onOpenChange={setMenuOpen} side="left" title="Tokengrip" className="w-72">
        <Sidebar onSearch={search} onNavigate={() => setMenuOpen(false)} />
      </Sheet>
      <main
        id="page"
        tabIndex={-1}
        className="flex min-w-0 flex-1 flex-col outline-none has-data-banner:[--banner:2.5rem] max-lg:[--bar:3rem]"
      >
        <DemoBanner />
        <Outlet />
      </main>
      {paletteOpen && (
        <Suspense>
          <CommandPalette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
      <LiveData />
    </div>
  );
}
