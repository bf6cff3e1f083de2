import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { PriceRun, PriceSyncState } from '@tokengrip/core/contract/prices';
import { FileUp, RefreshCw } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { HttpError } from '../../../lib/http.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { formatAbsolute } from '../../../lib/time.ts';
import { requestSync, syncQuery } from '../api/sync.ts';
import { useMayChange, usePricesChanged } from '../use-prices.ts';
import { SYNC_OFF } from '../words.ts';
import { ImportDialog } from './import-dialog.tsx';

const outcome = (run: PriceRun): string => {
  if (run.status === 'unchanged') return 'The price list is up to date: nothing has changed.';
  if (run.status !== 'applied') return run.message ?? 'The sync failed.';
  return `Synced: ${formatCount(run.added)} added, ${formatCount(run.changed)} changed, ${formatCount(run.removed)} removed.`;
};

/** Tells how a run ended that was waited for, and shows what it changed. */
function useSyncOutcome(state: PriceSyncState | undefined) {
  const pricesChanged = usePricesChanged();
  const queued = state?.queued ?? false;
  const waited = useRef(queued);
  const latest = useRef({ state, pricesChanged });
  latest.current = { state, pricesChanged };
  useEffect(() => {
    if (waited.current && !queued) {
      const run = latest.current.state?.lastRun;
      if (run) toast(outcome(run), run.status === 'applied' || run.status === 'unchanged' ? 'good' : 'bad');
      void latest.current.pricesChanged();
    }
    waited.current = queued;
  }, [queued]);
}

export function SyncPanel() {
  const client = useQueryClient();
  const mayChange = useMayChange();
  const sync = useQuery(syncQuery);
  const { data } = sync;
  const [importing, setImporting] = useState(false);
  useSyncOutcome(data);
  const start = useMutation({
    mutationFn: requestSync,
    // A run may be over before the answer is: what was asked for is waited for either way.
    onSuccess: (state) => client.setQueryData(syncQuery.queryKey, { ...state, queued: true }),
    onError: (error) => toast(error instanceof HttpError ? error.message : 'The sync could not be started.', 'bad'),
  });
  if (sync.isError && !data) {
    return (
      <Panel>
        <ErrorState error={sync.error} what="The sync" onRetry={() => void sync.refetch()} />
      </Panel>
    );
  }
  const working = data?.queued === true;
  return (
    <Panel aria-label="Sync">
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-4 px-5 py-4">
        <dl className="grid min-w-0 flex-1 basis-80 grid-cols-2 gap-x-8 gap-y-4 lg:grid-cols-4">
          <Fact name="Sync">
            {data && (data.enabled ? <Badge tone="good">on</Badge> : <Badge tone="warn">off</Badge>)}
          </Fact>
          <Fact name="Last good run">{data && <When run={data.lastGoodRun} />}</Fact>
          <Fact name="Next run">{data && <Next at={data.nextRunAt} working={working} />}</Fact>
          <Fact name="Models with a price">{data && <span className="nums">{formatCount(data.models)}</span>}</Fact>
        </dl>
        {mayChange && (
          <div className="flex gap-2">
            <Button icon={<FileUp size={14} aria-hidden />} onClick={() => setImporting(true)}>
              Import a file
            </Button>
            {data?.enabled && (
              <Button
                variant="primary"
                icon={<RefreshCw size={14} aria-hidden />}
                loading={start.isPending || working}
                onClick={() => start.mutate()}
              >
                {working ? 'Syncing…' : 'Sync now'}
              </Button>
            )}
          </div>
        )}
      </div>
      {data ? (
        <Note state={data} />
      ) : (
        <div className="border-t border-line px-5 py-2.5">
          <Skeleton className="my-0.5 h-3.5 w-72 max-w-full" />
        </div>
      )}
      <ImportDialog open={importing} onOpenChange={setImporting} />
    </Panel>
  );
}

function Note({ state }: { state: PriceSyncState }) {
  const off = state.disabledBy && SYNC_OFF[state.disabledBy];
  const failed = state.lastRun && ['failed', 'refused'].includes(state.lastRun.status) ? state.lastRun : undefined;
  return (
    <div className="border-t border-line px-5 py-2.5 text-xs text-subtle">
      {off ? (
        <p>
          <span className="font-medium text-ink">{off.title}.</span> <span className="text-muted">{off.text}</span>
        </p>
      ) : (
        <p className="break-all">From {state.source}</p>
      )}
      {failed && !off && (
        <p className="mt-1 text-bad">The last run changed nothing, and the last good prices stay: {failed.message}</p>
      )}
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-xs text-subtle">{name}</dt>
    <dd className="mt-1 flex min-h-5 items-center text-sm text-ink">
      {children ?? <Skeleton className="h-3.5 w-20" />}
    </dd>
  </div>
);

function When({ run }: { run: PriceRun | null }) {
  const timeZone = useTimeZone();
  return run === null ? (
    <span className="text-muted">none yet: the shipped prices hold</span>
  ) : (
    <RelativeTime instant={run.finishedAt} timeZone={timeZone} />
  );
}

function Next({ at, working }: { at: string | null; working: boolean }) {
  const timeZone = useTimeZone();
  if (working) return <span>now</span>;
  if (at === null) return <span className="text-muted">none</span>;
  return (
    <time dateTime={at}>
      {formatAbsolute(at, timeZone)
        .replace(/:\d{2} /, ' ')
        .replace(/, \d{4}/, '')}
    </time>
  );
}
