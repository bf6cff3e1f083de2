import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Panel, PanelHeader } from './ui/panel.tsx';
import { SkeletonRows } from './ui/skeleton.tsx';
import { EmptyState, ErrorState } from './ui/states.tsx';
import { Table } from './ui/table.tsx';

export interface ListPanelProps<T> {
  title: string;
  description?: string;
  query: Pick<UseQueryResult, 'isError' | 'error' | 'refetch'>;
  /** `undefined` until it has come. */
  list: readonly T[] | undefined;
  /** What people may add to the list. Where it is empty, it stands in the middle instead of above. */
  action?: ReactNode;
  empty: { icon?: ReactNode; title: string; text: string };
  /** The cells of the table's head. */
  head: ReactNode;
  row: (item: T) => ReactNode;
  /** What is held open while it loads. */
  skeleton: { rows: number; columns: number };
  /** Dialogs of the panel. */
  children?: ReactNode;
}

/** A table of a few things with everything that can be of it: loading, failed, empty, full. */
export function ListPanel<T>(props: ListPanelProps<T>) {
  const { title, description, query, list, action, empty, head, row, skeleton, children } = props;
  return (
    <Panel aria-label={title}>
      <PanelHeader title={title} description={description} actions={list?.length === 0 ? undefined : action} />
      {query.isError && !list ? (
        <ErrorState error={query.error} what={title} onRetry={() => void query.refetch()} />
      ) : list?.length === 0 ? (
        <EmptyState icon={empty.icon} title={empty.title} actions={action} className="border-t border-line">
          {empty.text}
        </EmptyState>
      ) : (
        <div className="pb-1.5">
          <Table>
            <thead>
              <tr>{head}</tr>
            </thead>
            <tbody>{list ? list.map(row) : <SkeletonRows {...skeleton} />}</tbody>
          </Table>
        </div>
      )}
      {children}
    </Panel>
  );
}
