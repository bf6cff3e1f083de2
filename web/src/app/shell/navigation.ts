import { ChartColumn, CircleDollarSign, KeyRound, type LucideIcon, ScrollText, UserRound } from 'lucide-react';

export interface NavigationItem {
  to: '/' | '/records' | '/prices' | '/settings/projects' | '/settings/account';
  label: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
}

/** The pages that exist, in the order of the sidebar. */
export const NAVIGATION: readonly { group?: string; items: readonly NavigationItem[] }[] = [
  {
    items: [
      { to: '/', label: 'Overview', icon: ChartColumn, key: 'o' },
      { to: '/records', label: 'Records', icon: ScrollText, key: 'r' },
      { to: '/prices', label: 'Models and prices', icon: CircleDollarSign, key: 'p' },
    ],
  },
  {
    group: 'Settings',
    items: [
      { to: '/settings/projects', label: 'Projects & keys', icon: KeyRound, key: 's' },
      { to: '/settings/account', label: 'Account', icon: UserRound, key: 'a' },
    ],
  },
];

export const ALL_PAGES = NAVIGATION.flatMap(({ items }) => items);
