import {
  Bell,
  Building2,
  ChartColumn,
  CircleDollarSign,
  Compass,
  History,
  KeyRound,
  type LucideIcon,
  PiggyBank,
  RadioTower,
  ScrollText,
  ShieldCheck,
  UserRound,
  Users,
  Wallet,
} from 'lucide-react';

export interface NavigationItem {
  to:
    | '/'
    | '/explore'
    | '/records'
    | '/budgets'
    | '/alerts'
    | '/savings'
    | '/prices'
    | '/settings/organization'
    | '/settings/members'
    | '/settings/projects'
    | '/channels'
    | '/settings/privacy'
    | '/settings/audit-log'
    | '/settings/account';
  label: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
  /** Shown to those who may. */
  permission?: string;
  /** A figure beside it. */
  badge?: 'openAlerts';
}

/** Whether somebody who may do this much sees the page. */
export const isShown = ({ permission }: NavigationItem, permissions: readonly string[]): boolean =>
  permission === undefined || permissions.includes(permission);

/** The pages that exist, in the order of the sidebar. */
export const NAVIGATION: readonly { group?: string; items: readonly NavigationItem[] }[] = [
  {
    items: [
      { to: '/', label: 'Overview', icon: ChartColumn, key: 'o' },
      { to: '/explore', label: 'Explore', icon: Compass, key: 'e' },
      { to: '/records', label: 'Records', icon: ScrollText, key: 'r' },
      { to: '/budgets', label: 'Budgets', icon: Wallet, key: 'b' },
      { to: '/alerts', label: 'Alerts', icon: Bell, key: 'w', badge: 'openAlerts' },
      { to: '/savings', label: 'Savings', icon: PiggyBank, key: 'v' },
      { to: '/prices', label: 'Models and prices', icon: CircleDollarSign, key: 'p' },
    ],
  },
  {
    group: 'Settings',
    items: [
      { to: '/settings/organization', label: 'Organization', icon: Building2, key: 'n' },
      { to: '/settings/members', label: 'Members', icon: Users, key: 'm' },
      { to: '/settings/projects', label: 'Projects & keys', icon: KeyRound, key: 's' },
      { to: '/channels', label: 'Channels', icon: RadioTower, key: 'c' },
      { to: '/settings/privacy', label: 'Privacy', icon: ShieldCheck, key: 'y', permission: 'privacy.manage' },
      { to: '/settings/audit-log', label: 'Audit log', icon: History, key: 'l', permission: 'audit.read' },
      { to: '/settings/account', label: 'Account', icon: UserRound, key: 'a' },
    ],
  },
];

export const ALL_PAGES = NAVIGATION.flatMap(({ items }) => items);
