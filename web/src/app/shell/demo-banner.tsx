import { FlaskConical } from 'lucide-react';
import { RemoveSampleData } from '../../components/sample-data/remove-sample-data.tsx';
import { useMe } from '../../lib/api/me.ts';
import { useAppSearch } from '../../lib/search-state.ts';

/** Says on every page of figures that they are made up. */
export function DemoBanner() {
  const { project } = useAppSearch();
  const { projects } = useMe();
  const demo = projects.find(({ id, demo: isDemo }) => isDemo && id === project);
  if (!demo) return null;
  return (
    <div
      data-banner
      className="flex h-10 shrink-0 items-center gap-3 border-b border-line bg-warn-soft px-4 text-xs text-ink lg:px-8"
    >
      <FlaskConical size={14} className="shrink-0 text-warn" aria-hidden />
      <p className="min-w-0 flex-1 truncate">
        <strong className="font-semibold">Sample data.</strong> Generated traffic, kept apart from yours.
      </p>
      <RemoveSampleData />
    </div>
  );
}
