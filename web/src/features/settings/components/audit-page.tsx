import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditLine } from '@tokengrip/core/contract/teams';
import { Button } from '../../../components/ui/button.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { useTitle } from '../../../lib/title.ts';
import { auditQuery } from '../api/audit.ts';
import { describeAction } from '../audit-words.ts';
import { useAuditSearch } from '../use-audit-search.ts';
import { AuditFilters } from './audit-filters.tsx';
import { SettingsPage } from './settings-page.tsx';

export function AuditPage() {
  useTitle('Audit log');
  const { search, parameters } = useAuditSearch();
  const log = useInfiniteQuery(auditQuery(parameters));
  const lines = log.data?.pages.flatMap((page) => page.lines);
  const isFiltered = Object.keys(search).length > 0;
  return (
    <SettingsPage title="Audit log" wide>
      <AuditFilters />
      <Panel aria-label="Audit log">
        {log.isError && !lines ? (
          <ErrorState error={log.error} what="The audit log" onRetry={() => void log.refetch()} />
        ) : lines?.length === 0 ? (
          <EmptyState title={isFiltered ? 'No change fits these filters' : 'Nothing has been changed yet'} />
        ) : (
          <Table>
            <thead>
              <tr>
                <Th>When</Th>
                <Th>Who</Th>
                <Th>What</Th>
                <Th className="w-1/2 max-sm:hidden">Change</Th>
              </tr>
            </thead>
            <tbody>
              {lines ? (
                lines.map((line) => <LineRow key={line.id} line={line} />)
              ) : (
                <SkeletonRows rows={8} columns={4} />
              )}
            </tbody>
          </Table>
        )}
      </Panel>
      {log.hasNextPage && (
        <div className="flex justify-center">
          <Button loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </SettingsPage>
  );
}

function nameOf({ actor }: AuditLine): string {
  if (actor.kind === 'system') return 'System';
  return actor.name ?? (actor.id === null ? 'Deleted account' : `${actor.kind} ${actor.id}`);
}

function LineRow({ line }: { line: AuditLine }) {
  const timeZone = useTimeZone();
  return (
    <tr className="border-t border-line align-top">
      <Td className="py-2 text-muted">
        <RelativeTime instant={line.at} timeZone={timeZone} />
      </Td>
      <Td className="max-w-48 py-2 max-sm:max-w-24">
        <p className="truncate" title={nameOf(line)}>
          {nameOf(line)}
        </p>
        {line.actor.address !== null && <p className="font-mono text-2xs text-subtle">{line.actor.address}</p>}
      </Td>
      <Td className="max-w-64 py-2 whitespace-normal! max-sm:max-w-none">
        <p>{describeAction(line.action)}</p>
        {(line.target.name !== null || line.target.id !== null) && (
          <p className="text-xs wrap-anywhere text-subtle">
            {line.target.name ?? `${line.target.kind} ${line.target.id}`}
          </p>
        )}
        {/* On a phone there is no room for a column of its own. */}
        <div className="mt-1 sm:hidden">
          <Difference line={line} />
        </div>
      </Td>
      <Td className="py-2 whitespace-normal! max-sm:hidden">
        <Difference line={line} />
      </Td>
    </tr>
  );
}

function show(value: unknown): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return 'none';
  if (typeof value === 'string') return value;
  const isList = Array.isArray(value) && value.every((one) => typeof one !== 'object');
  return isList ? value.join(', ') : JSON.stringify(value);
}

/** Field by field: what it was, and what it is. */
function Difference({ line: { before, after } }: { line: AuditLine }) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return (
    <dl className="flex flex-col gap-0.5 text-xs">
      {names.map((name) => (
        <div key={name} className="flex flex-wrap gap-x-1.5">
          <dt className="text-subtle">{name}</dt>
          <dd className="min-w-0 font-mono wrap-anywhere text-muted">
            {before && name in before && <del className="mr-1.5 text-subtle">{show(before[name])}</del>}
            {after && name in after && <ins className="text-ink no-underline">{show(after[name])}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
