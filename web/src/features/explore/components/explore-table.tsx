import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { ScrollRegion } from '../../../components/ui/scroll-region.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { Th } from '../../../components/ui/table.tsx';
import { cn } from '../../../lib/cn.ts';
import { narrowToGroup } from '../../../lib/narrow.ts';
import { readAppSearch } from '../../../lib/search.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { type Column, type Row, sortColumn, sortRows, type TableRows } from '../columns.ts';
import { type ExploreState, useExploreState } from '../use-explore.ts';
import { Cell, placesOf } from './cells.tsx';

/** Height of a row in the table of `Td`s. */
const ROW_PX = 37;
const SKELETON_ROWS = 8;

export interface ExploreTableProps {
  label: string;
  columns: readonly Column[];
  rows: TableRows | undefined;
}

/** Every group with its figures; a press on its name shows the records behind it. */
export function ExploreTable({ label, columns, rows }: ExploreTableProps) {
  const state = useExploreState();
  const scroller = useRef<HTMLElement>(null);
  const sorted = rows ? sortRows(rows, sortColumn(columns, state.sort), state.ascending) : [];
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  const places = rows ? placesOf(columns, rows) : new Map<string, number>();
  const context = rows && { total: rows.total, places };
  return (
    <ScrollRegion label={label} ref={scroller} className="max-h-[36rem] overflow-auto overscroll-contain rounded-b-lg">
      <table
        aria-label={label}
        aria-rowcount={sorted.length}
        className="w-full border-separate border-spacing-0 text-left text-sm"
      >
        <thead className="sticky top-0 z-10 bg-surface">
          <tr className="[&>th]:border-b [&>th]:border-line">
            {columns.map((column) => (
              <SortHeader key={column.id} column={column} state={state} />
            ))}
          </tr>
        </thead>
        <tbody>
          {!rows && <SkeletonRows rows={SKELETON_ROWS} columns={columns.length} />}
          {above > 0 && <Spacer height={above} columns={columns.length} />}
          {context &&
            items.map(({ index }) => {
              const row = sorted[index];
              return (
                row && (
                  <BodyRow key={row.id} row={row}>
                    {columns.map((column) => (
                      <Cell key={column.id} column={column} row={row} {...context}>
                        <RecordsLink
                          row={row}
                          by={state.by}
                          name={nameIn(column, row)}
                          linked={column === columns[0]}
                        />
                      </Cell>
                    ))}
                  </BodyRow>
                )
              );
            })}
          {below > 0 && <Spacer height={below} columns={columns.length} />}
          {rows?.rest && context && (
            <BodyRow row={rows.rest}>
              {columns.map((column) => (
                <Cell key={column.id} column={column} row={rows.rest as Row} {...context}>
                  <span className="text-muted">{nameIn(column, rows.rest as Row)}</span>
                </Cell>
              ))}
            </BodyRow>
          )}
        </tbody>
        {rows && context && (
          <tfoot className="sticky bottom-0 z-10 bg-surface font-medium">
            <tr className="relative [&>td]:border-t [&>td]:border-line-strong">
              {columns.map((column) => (
                <Cell key={column.id} column={column} row={rows.total} {...context}>
                  <RecordsLink
                    row={rows.total}
                    by={[]}
                    name={nameIn(column, rows.total)}
                    linked={column === columns[0]}
                  />
                </Cell>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </ScrollRegion>
  );
}

const nameIn = (column: Column, row: Row): string => (column.kind === 'name' ? (row.names[column.index] ?? '') : '');

const BodyRow = ({ row, children }: { row: Row; children: ReactNode }) => (
  <tr
    className={cn('relative [&>td]:border-b [&>td]:border-line', row.key && 'transition-colors hover:bg-hover')}
    data-row={row.id}
  >
    {children}
  </tr>
);

const Spacer = ({ height, columns }: { height: number; columns: number }) => (
  <tr aria-hidden>
    <td colSpan={columns} style={{ height }} />
  </tr>
);

interface RecordsLinkProps {
  row: Row;
  by: ExploreState['by'];
  name: string;
  /** The first name leads on, for the whole row. */
  linked: boolean;
}

function RecordsLink({ row, by, name, linked }: RecordsLinkProps) {
  if (!linked) return <span className="truncate">{name}</span>;
  return (
    <Link
      to="/records"
      search={(search) => narrowToGroup(readAppSearch(search), by, row.key ?? [])}
      title={`${row.names.join(' · ')}: show the records`}
      className="truncate after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
    >
      {name}
    </Link>
  );
}

/** Sorts by its column: a name from A on, a figure from the largest on, and the other way at the next press. */
function SortHeader({ column, state }: { column: Column; state: ExploreState }) {
  const patch = useSearchPatch();
  const sorted = state.sort === column.id;
  const numeric = column.kind !== 'name';
  if (column.label === '') return <Th>All calls</Th>;
  const ascending = sorted ? !state.ascending : !numeric;
  const Icon = state.ascending ? ArrowUp : ArrowDown;
  return (
    <Th numeric={numeric} aria-sort={sorted ? (state.ascending ? 'ascending' : 'descending') : 'none'}>
      <button
        type="button"
        onClick={() =>
          patch({
            sort: column.id === state.metric ? undefined : column.id,
            order: ascending ? 'asc' : undefined,
          })
        }
        className={cn(
          'inline-flex h-6 items-center gap-1 rounded-xs hover:text-ink',
          numeric && 'flex-row-reverse',
          sorted && 'text-ink',
        )}
      >
        {column.label}
        <Icon size={12} aria-hidden className={cn(!sorted && 'invisible')} />
      </button>
    </Th>
  );
}
