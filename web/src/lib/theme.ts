import { useSyncExternalStore } from 'react';

const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEMES)[number];
export type Theme = 'light' | 'dark';

/** `public/theme.js` reads the same entry before the first paint. */
const STORAGE_KEY = 'tokengrip.theme';
const system = () => matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(STORAGE_KEY);
    return THEMES.find((theme) => theme === value) ?? 'system';
  } catch {
    return 'system';
  }
}

const effective = (choice: ThemeChoice): Theme =>
  choice === 'system' ? (system().matches ? 'dark' : 'light') : choice;

function apply() {
  document.documentElement.dataset.theme = effective(stored());
  for (const listener of listeners) listener();
}

export function setTheme(choice: ThemeChoice) {
  try {
    if (choice === 'system') localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    document.documentElement.dataset.theme = effective(choice);
    return;
  }
  apply();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  const media = system();
  media.addEventListener('change', apply);
  addEventListener('storage', apply);
  return () => {
    listeners.delete(listener);
    media.removeEventListener('change', apply);
    removeEventListener('storage', apply);
  };
}

export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribe, stored);
export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => effective(stored()));
