import { ArrowUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { FilterBar } from '../../../components/filters/filter-bar.tsx';
import { Toolbar } from '../../../components/filters/toolbar.tsx';
import { StickyHeader } from '../../../components/sticky-header.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { ScrollRegion } from '../../../components/ui/scroll-region.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { useTitle } from '../../../lib/title.ts';
import { useRecords } from '../use-records.ts';
import { ExportRecords } from './export-records.tsx';
import { NoRecords } from './no-records.tsx';
import { RecordDetails } from './record-details.tsx';
import { RecordsTable } from './records-table.tsx';

/** So far from the top a reader is reading, and new records must not push the list. */
const READING_PX = 24;

export function RecordsPage() {
  useTitle('Records');
  const scroller = useRef<HTMLElement>(null);
  const [atTop, setAtTop] = useState(true);
  const { list, records, waiting, showNewest } = useRecords(atTop);
  const backToTop = async () => {
    scroller.current?.scrollTo({ top: 0 });
    await showNewest();
  };
  return (
    <div className="flex h-[calc(100dvh-var(--bar,0px)-var(--banner,0px))] min-h-96 flex-col">
      <StickyHeader title="Records">
        <Toolbar />
      </StickyHeader>
      <div className="mx-auto flex w-full max-w-7xl items-start justify-between gap-3 px-4 pt-3 pb-3 lg:px-8">
        <div className="min-w-0 flex-1">
          <FilterBar />
        </div>
        <ExportRecords />
      </div>
      <div className="relative mx-auto min-h-0 w-full max-w-7xl flex-1 px-4 pb-4 lg:px-8 lg:pb-6">
        <ScrollRegion
          label="List of records"
          ref={scroller}
          onScroll={(event) => setAtTop(event.currentTarget.scrollTop < READING_PX)}
          className="h-full overflow-auto overscroll-contain rounded-lg border border-line bg-surface"
        >
          {list.isError && records.length === 0 ? (
            <ErrorState error={list.error} what="Records" onRetry={() => void list.refetch()} className="h-full" />
          ) : list.isSuccess && records.length === 0 ? (
            <NoRecords />
          ) : (
            <RecordsTable
              scroller={scroller}
              records={records}
              loading={list.isPending}
              loadingMore={list.isFetchingNextPage}
              hasMore={list.hasNextPage}
              onMore={() => void list.fetchNextPage()}
            />
          )}
        </ScrollRegion>
        {waiting && (
          <Button
            size="sm"
            variant="primary"
            icon={<ArrowUp size={13} aria-hidden />}
            onClick={() => void backToTop()}
            className="absolute top-10 left-1/2 -translate-x-1/2"
          >
            New records
          </Button>
        )}
      </div>
      <RecordDetails records={records} />
    </div>
  );
}
