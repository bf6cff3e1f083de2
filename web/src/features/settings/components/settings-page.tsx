import type { ReactNode } from 'react';
import { StickyHeader } from '../../../components/sticky-header.tsx';

export interface SettingsPageProps {
  title: string;
  actions?: ReactNode;
  /** As wide as the page: for tables. */
  wide?: boolean;
  children: ReactNode;
}

export const SettingsPage = ({ title, actions, wide = false, children }: SettingsPageProps) => (
  <>
    <StickyHeader title={title}>{actions}</StickyHeader>
    <div className="mx-auto flex w-full max-w-7xl flex-col px-4 pt-6 pb-12 lg:px-8">
      <div className={wide ? 'flex w-full flex-col gap-6' : 'flex w-full max-w-3xl flex-col gap-6'}>{children}</div>
    </div>
  </>
);
