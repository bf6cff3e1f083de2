import { useQuery } from '@tanstack/react-query';
import type { RecordRow } from '@tokengrip/core/contract/records';
import { useEffect, useRef } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { ShareBar } from '../../../components/ui/bar.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { Sheet } from '../../../components/ui/dialog.tsx';
import { useMe } from '../../../lib/api/me.ts';
import { exactUsd } from '../../../lib/money.ts';
import { formatCount, formatDuration } from '../../../lib/numbers.ts';
import { recordAddress } from '../../../lib/record-address.ts';
import { isTyping } from '../../../lib/shortcuts.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { orderedClasses, tokenClassLabel } from '../../../lib/token-classes.ts';
import { recordQuery } from '../api/record.ts';
import { useOpenRecord } from '../use-open-record.ts';
import { Fact, Facts } from './facts.tsx';
import { RecordCost } from './record-cost.tsx';
import { RecordMore } from './record-more.tsx';

const WITHOUT_COST: Record<RecordRow['costStatus'], string> = {
  priced: '',
  unpriced: 'No price is known for this model, so the call is counted and its cost is not.',
  unreadable: 'The usage that was sent could not be read, so neither tokens nor cost are known.',
};

/** What a record has, beside the list. The arrow keys move to its neighbours. */
export function RecordDetails({ records }: { records: readonly RecordRow[] }) {
  const { address, show } = useOpenRecord();
  const index = records.findIndex((record) => recordAddress(record) === address);
  // A link, or another report of the same call, leads to a record that the list does not have.
  const listed = records[index];
  const [projectId = '', id = ''] = address?.split('.') ?? [];
  const elsewhere = useQuery({
    ...recordQuery({ projectId: Number(projectId), id }),
    enabled: address !== undefined && listed === undefined,
  });
  const record = listed ?? (address === undefined ? undefined : elsewhere.data);
  const latest = useRef({ records, index, show });
  latest.current = { records, index, show };
  const isOpen = record !== undefined;

  useEffect(() => {
    if (!isOpen) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
      if (step === undefined || isTyping(event.target)) return;
      const next = latest.current.records[latest.current.index + step];
      if (!next) return;
      event.preventDefault();
      latest.current.show(recordAddress(next));
    };
    // While capturing: the panel keeps the keys that it knows to itself.
    document.addEventListener('keydown', onKeyDown, true);
    return () => document.removeEventListener('keydown', onKeyDown, true);
  }, [isOpen]);

  return (
    <Sheet open={isOpen} onOpenChange={(open) => !open && show(undefined)} title={record?.model ?? ''} modeless>
      {record && <Details record={record} show={show} />}
    </Sheet>
  );
}

function Details({ record, show }: { record: RecordRow; show: (address: string) => void }) {
  const { data: detail, isError } = useQuery(recordQuery(record));
  const { organization, projects } = useMe();
  const classes = orderedClasses(record.tokens);
  const most = Math.max(...classes.map(([, count]) => count), 1);
  const project = projects.find(({ id }) => id === record.projectId);
  return (
    <div className="flex flex-col divide-y divide-line">
      <div className="px-5 py-4">
        <p className="text-xs font-medium text-muted">Cost</p>
        {record.cost === null ? (
          <>
            <Badge tone="warn" className="mt-1.5">
              {record.costStatus}
            </Badge>
            <p className="mt-2 text-sm text-muted">{WITHOUT_COST[record.costStatus]}</p>
          </>
        ) : (
          <p className="mt-0.5 text-xl font-semibold tracking-tight break-all nums">{exactUsd(record.cost)}</p>
        )}
        {detail && <RecordCost record={detail} timeZone={organization.timeZone} />}
        {isError && <p className="mt-2 text-sm text-muted">The rest of this record could not be loaded.</p>}
      </div>
      <div className="px-5 py-4">
        <p className="text-xs font-medium text-muted">Tokens</p>
        {classes.length === 0 && <p className="mt-1.5 text-sm text-subtle">None were reported.</p>}
        <dl className="mt-2 flex flex-col gap-2">
          {classes.map(([name, count]) => (
            <div key={name} className="grid grid-cols-[9.5rem_1fr_auto] items-center gap-3 text-sm">
              <dt className="text-muted">{tokenClassLabel(name)}</dt>
              <dd className="contents">
                <ShareBar share={count / most} />
                <span className="text-right text-ink nums">{formatCount(count)}</span>
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <Facts>
        <Fact name="Status">
          {record.status === 'error' ? <Badge tone="bad">error</Badge> : <Badge tone="good">ok</Badge>}
        </Fact>
        <Fact name="When">{formatAbsolute(record.timestamp, organization.timeZone)}</Fact>
        <Fact name="Latency">{record.latencyMs === null ? null : formatDuration(record.latencyMs)}</Fact>
        <Fact name="Provider">{record.provider}</Fact>
        <Fact name="Model">{record.model}</Fact>
      </Facts>
      <Facts>
        <Fact name="Project">{project?.name}</Fact>
        <Fact name="Feature">{record.feature}</Fact>
        <Fact name="Environment">{record.environment}</Fact>
        <Fact name="User">{record.user}</Fact>
        <Fact name="Customer">{record.customer}</Fact>
      </Facts>
      {detail && <RecordMore record={detail} timeZone={organization.timeZone} show={show} />}
      <Facts>
        <Fact name="Record">
          <span className="flex items-start gap-1">
            <span className="min-w-0 font-mono text-xs leading-5 break-all">{record.id}</span>
            <CopyButton text={record.id} label="Copy the id" iconOnly size="sm" variant="ghost" className="-my-1" />
          </span>
        </Fact>
      </Facts>
    </div>
  );
}
