import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { useNavigate } from '@tanstack/react-router';
import { Box, Calendar, FlaskConical, LogOut } from 'lucide-react';
import { Kbd } from '../../components/ui/kbd.tsx';
import { type Option, OptionList } from '../../components/ui/option-list.tsx';
import { useMe } from '../../lib/api/me.ts';
import { PRESET_LABELS, PRESETS } from '../../lib/period.ts';
import { DEFAULT_PRESET, readAppSearch } from '../../lib/search.ts';
import { useSearchPatch } from '../../lib/search-state.ts';
import { setTheme } from '../../lib/theme.ts';
import { ALL_PAGES, isShown } from './navigation.ts';
import { THEME_OPTIONS } from './theme-options.tsx';
import { useLogOut } from './use-log-out.ts';

interface Command extends Option {
  run: () => void;
}

function useCommands(): Command[] {
  const navigate = useNavigate();
  const patch = useSearchPatch();
  const logOutNow = useLogOut();
  const { projects, permissions } = useMe();
  const pages: Command[] = ALL_PAGES.filter((page) => isShown(page, permissions)).map(
    ({ to, label, icon: Icon, key }) => ({
      value: `page ${to}`,
      label,
      group: 'Pages',
      icon: <Icon size={15} className="text-subtle" aria-hidden />,
      hint: <Kbd>g {key}</Kbd>,
      run: () => void navigate({ to, search: readAppSearch }),
    }),
  );
  const projectCommands: Command[] = projects.map(({ id, name, demo }) => {
    const Icon = demo ? FlaskConical : Box;
    return {
      value: `project ${id}`,
      label: name,
      group: 'Projects',
      keywords: 'project',
      icon: <Icon size={15} className="text-subtle" aria-hidden />,
      run: () => void navigate({ to: '/', search: (search) => ({ ...readAppSearch(search), project: id }) }),
    };
  });
  const periods: Command[] = PRESETS.map((preset) => ({
    value: `period ${preset}`,
    label: PRESET_LABELS[preset],
    group: 'Period',
    keywords: 'time range',
    icon: <Calendar size={15} className="text-subtle" aria-hidden />,
    run: () =>
      patch({
        range: preset === DEFAULT_PRESET ? undefined : preset,
        from: undefined,
        to: undefined,
        bucket: undefined,
      }),
  }));
  const themes: Command[] = THEME_OPTIONS.map(({ value, label, icon }) => ({
    value: `theme ${value}`,
    label: `${label} theme`,
    group: 'Appearance and account',
    keywords: 'appearance colours mode',
    icon: <span className="px-px text-subtle">{icon}</span>,
    run: () => setTheme(value),
  }));
  const account: Command = {
    value: 'log-out',
    label: 'Log out',
    group: 'Appearance and account',
    keywords: 'sign out',
    icon: <LogOut size={15} className="text-subtle" aria-hidden />,
    run: () => void logOutNow(),
  };
  return [...pages, ...projectCommands, ...periods, ...themes, account];
}

/** Everything that can be reached, found by typing. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const commands = useCommands();
  return (
    <BaseDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <BaseDialog.Popup
          aria-label="Command palette"
          className="fixed top-[14vh] left-1/2 z-50 w-[34rem] max-w-[calc(100vw-2rem)] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-surface shadow-popup outline-none"
        >
          <OptionList
            label="Commands"
            options={commands}
            search="Go to a page, a project, a period…"
            empty="No command of that name"
            className="max-h-[min(26rem,70vh)]"
            onChoose={(value) => {
              onClose();
              commands.find((command) => command.value === value)?.run();
            }}
          />
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
