import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { ProjectPicker } from '../../../components/filters/project-picker.tsx';
import { SectionNav } from '../../../components/section-nav.tsx';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { openAlertsQuery } from '../../../lib/api/alerts.ts';
import { useTitle } from '../../../lib/title.ts';
import { useAlertsSearch } from '../use-alerts.ts';
import { Inbox } from './inbox.tsx';

const loadSettings = async () => ({ default: (await import('./kind-settings.tsx')).KindSettings });
/** Its forms weigh as much as the inbox. */
const KindSettings = lazy(loadSettings);

const SECTIONS = [
  { value: 'inbox', label: 'Inbox' },
  { value: 'settings', label: 'What is told' },
] as const;

/** What has happened that somebody should know, and what the organization wants to be told. */
export function AlertsPage() {
  const { tab = 'inbox' } = useAlertsSearch();
  const { data: open = 0 } = useQuery(openAlertsQuery);
  useTitle(open > 0 ? `Alerts (${open})` : 'Alerts');
  return (
    <>
      <StickyHeader title="Alerts">{tab === 'inbox' && <ProjectPicker />}</StickyHeader>
      <div className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 pt-1 pb-12 lg:px-8">
        <SectionNav to="/alerts" sections={SECTIONS} active={tab} counts={{ inbox: open }} />
        {tab === 'inbox' ? (
          <Inbox />
        ) : (
          <Suspense fallback={<Skeleton className="h-96 rounded-lg" />}>
            <KindSettings />
          </Suspense>
        )}
      </div>
    </>
  );
}
