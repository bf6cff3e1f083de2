import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Badge } from '../../../components/ui/badge.tsx';
import { Money, Tokens } from '../../../components/ui/figures.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { fetchRecords } from '../../../lib/api/records.ts';
import { columnPlaces } from '../../../lib/money.ts';
import { recordAddress } from '../../../lib/record-address.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { usePeriod, useRecordFilters } from '../../../lib/search-state.ts';
import { sumTokens } from '../../../lib/token-classes.ts';

const ROWS = 6;

export function NewestRecords() {
  const { from, to } = usePeriod();
  const parameters = { from, to, limit: ROWS, ...useRecordFilters() };
  const timeZone = useTimeZone();
  const newest = useQuery({
    queryKey: ['records', 'overview', parameters],
    queryFn: ({ signal }) => fetchRecords(parameters, undefined, signal),
    placeholderData: keepPreviousData,
  });
  const records = newest.data?.records;
  const places = columnPlaces((records ?? []).flatMap(({ cost }) => (cost === null ? [] : [cost])));
  return (
    <Panel aria-label="Newest records" className="flex flex-col">
      <PanelHeader
        title="Newest records"
        actions={
          <Link to="/records" search={readAppSearch} className="text-xs font-medium text-accent hover:underline">
            All records
          </Link>
        }
      />
      {newest.isError && !records ? (
        <ErrorState error={newest.error} what="Records" onRetry={() => void newest.refetch()} className="flex-1" />
      ) : records?.length === 0 ? (
        <EmptyState title="No records in this period" className="flex-1" />
      ) : (
        <div className="pb-1.5">
          <Table>
            <thead>
              <tr>
                <Th>Model</Th>
                <Th className="max-sm:hidden">Feature</Th>
                <Th numeric>Tokens</Th>
                <Th numeric>Cost</Th>
                <Th numeric>When</Th>
              </tr>
            </thead>
            <tbody>
              {records ? (
                records.map((record) => {
                  const { prompt, output } = sumTokens(record.tokens);
                  return (
                    <tr
                      key={recordAddress(record)}
                      className="relative border-t border-line transition-colors hover:bg-hover"
                    >
                      <Td className="w-full max-w-0 min-w-32">
                        <span className="flex items-center gap-2">
                          <Link
                            to="/records"
                            search={(search) => ({ ...readAppSearch(search), record: recordAddress(record) })}
                            className="truncate after:absolute after:inset-0"
                          >
                            {record.model}
                          </Link>
                          {record.status === 'error' && <Badge tone="bad">error</Badge>}
                        </span>
                      </Td>
                      <Td className="max-w-36 truncate text-muted max-sm:hidden">
                        {record.feature ?? <span className="text-subtle">—</span>}
                      </Td>
                      <Td numeric className="text-muted">
                        <Tokens count={prompt + output} />
                      </Td>
                      <Td numeric className="font-medium text-ink">
                        <Money usd={record.cost} places={places} />
                      </Td>
                      <Td numeric className="text-xs text-muted">
                        <RelativeTime instant={record.timestamp} timeZone={timeZone} />
                      </Td>
                    </tr>
                  );
                })
              ) : (
                <SkeletonRows rows={ROWS} columns={5} />
              )}
            </tbody>
          </Table>
        </div>
      )}
    </Panel>
  );
}
