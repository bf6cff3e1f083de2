import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { WhatIf } from '@tokengrip/core/contract/whatif';
import { Pencil, RotateCw, SquarePen, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { BackButton } from '../../../components/ui/back-button.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { ProgressBar } from '../../../components/ui/bar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { CopyButton } from '../../../components/ui/copy-button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { formatPercent } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { deleteWhatIf, isUnderWay, renameWhatIf, stepWhatIf, whatIfQuery, whatIfsQuery } from '../api/whatifs.ts';
import { useMay } from '../use-savings.ts';
import { changeText, fieldsOf } from '../whatif.ts';
import { NameDialog } from './name-dialog.tsx';
import { SelectionText } from './selection-text.tsx';
import { WHATIF_STATES } from './whatif-list.tsx';
import { WhatIfOutcome } from './whatif-outcome.tsx';

const FAILURES: Record<NonNullable<WhatIf['failure']>, string> = {
  internal: 'Something went wrong on the server, several times in a row; its log says what.',
  not_found: 'A project that it is about is not there any more.',
};

/** A saved what-if: what a link opens. */
export function WhatIfPanel({ id }: { id: number }) {
  const patch = useSearchPatch();
  const found = useQuery(whatIfQuery(id));
  return (
    <>
      <BackButton onClick={() => patch({ whatif: undefined })}>All what-ifs</BackButton>
      {found.data ? (
        <Detail whatIf={found.data} />
      ) : found.isError ? (
        <Panel>
          <ErrorState error={found.error} what="The what-if" onRetry={() => void found.refetch()} />
        </Panel>
      ) : (
        <Panel className="flex flex-col gap-4 px-5 py-5">
          <Skeleton className="h-5 w-72" />
          <Skeleton className="h-24 w-full" />
        </Panel>
      )}
    </>
  );
}

function Detail({ whatIf }: { whatIf: WhatIf }) {
  const timeZone = useTimeZone();
  const { name, change, selection, state, failure, progress, createdAt, createdBy, result } = whatIf;
  const { label, tone } = WHATIF_STATES[state];
  const underWay = isUnderWay(whatIf);
  return (
    <>
      <Panel aria-label="What-if">
        <div className="flex flex-wrap items-start justify-between gap-3 px-4 py-4">
          <div className="min-w-0">
            <h2 className="flex flex-wrap items-center gap-2 text-md font-semibold break-words text-ink">
              {name} {state !== 'done' && <Badge tone={tone}>{label}</Badge>}
            </h2>
            {changeText(change) !== name && <p className="mt-0.5 text-sm text-muted">{changeText(change)}</p>}
            <p className="mt-0.5 text-xs text-subtle">
              <SelectionText selection={selection} /> · saved <RelativeTime instant={createdAt} timeZone={timeZone} />
              {createdBy && ` by ${createdBy.name}`}
            </p>
          </div>
          <Actions whatIf={whatIf} />
        </div>
        {underWay && (
          <div className="px-4 pb-4">
            <ProgressBar value={progress} label={label} />
            <p role="status" className="mt-1.5 text-xs text-subtle nums">
              {state === 'queued'
                ? 'Waits for the worker · goes on if you leave this page'
                : `${formatPercent(progress, 0)} · goes on if you leave this page`}
            </p>
          </div>
        )}
        {failure !== null && (
          <p role="alert" className="border-t border-line px-4 py-2.5 text-sm text-bad">
            {FAILURES[failure]}
          </p>
        )}
        {state === 'cancelled' && result === null && (
          <p className="border-t border-line px-4 py-2.5 text-sm text-muted">It was cancelled before it was done.</p>
        )}
      </Panel>
      {result && <WhatIfOutcome result={result} />}
    </>
  );
}

function Actions({ whatIf }: { whatIf: WhatIf }) {
  const { id, name } = whatIf;
  const client = useQueryClient();
  const patch = useSearchPatch();
  const mayChange = useMay('whatifs.manage');
  const [asked, setAsked] = useState<'rename' | 'delete'>();
  const keep = async (changed: WhatIf) => {
    client.setQueryData(whatIfQuery(id).queryKey, changed);
    setAsked(undefined);
    await client.invalidateQueries({ queryKey: whatIfsQuery.queryKey, exact: true });
  };
  const step = useMutation({
    mutationFn: stepWhatIf,
    onSuccess: keep,
    onError: async (error) => {
      toast(error.message, 'bad');
      await client.invalidateQueries({ queryKey: whatIfQuery(id).queryKey });
    },
  });
  const rename = useMutation({ mutationFn: renameWhatIf, onSuccess: keep });
  const remove = useMutation({
    mutationFn: deleteWhatIf,
    onSuccess: async () => {
      toast(`${name} is deleted.`);
      patch({ whatif: undefined }, { replace: true });
      await client.invalidateQueries({ queryKey: whatIfsQuery.queryKey, exact: true });
    },
  });
  return (
    <div className="flex flex-wrap gap-2">
      <CopyButton size="sm" text={`${window.location.origin}/savings?tab=whatif&whatif=${id}`} label="Copy link" />
      {mayChange && isUnderWay(whatIf) && (
        <Button size="sm" loading={step.isPending} onClick={() => step.mutate({ id, step: 'cancel' })}>
          Cancel
        </Button>
      )}
      {mayChange && !isUnderWay(whatIf) && (
        <Button
          size="sm"
          loading={step.isPending}
          icon={<RotateCw size={13} aria-hidden />}
          onClick={() => step.mutate({ id, step: 'run' })}
        >
          Compute again
        </Button>
      )}
      <Button
        size="sm"
        icon={<SquarePen size={13} aria-hidden />}
        onClick={() => patch({ whatif: undefined, ...fieldsOf(whatIf.change) })}
      >
        Try a variant
      </Button>
      {mayChange && (
        <>
          <Button size="sm" square aria-label="Rename" title="Rename" onClick={() => setAsked('rename')}>
            <Pencil size={13} aria-hidden />
          </Button>
          <Button size="sm" square aria-label="Delete" title="Delete" onClick={() => setAsked('delete')}>
            <Trash2 size={13} aria-hidden />
          </Button>
        </>
      )}
      <NameDialog
        open={asked === 'rename'}
        onOpenChange={(open) => setAsked(open ? 'rename' : undefined)}
        title="Rename this what-if"
        initial={name}
        action="Rename"
        pending={rename.isPending}
        error={rename.error?.message}
        onName={(next) => rename.mutate({ id, name: next })}
      />
      <ConfirmDialog
        open={asked === 'delete'}
        onOpenChange={(open) => setAsked(open ? 'delete' : undefined)}
        title={`Delete “${name}”?`}
        consequence="Its result is gone, and its link leads nowhere. No call and no cost is touched."
        action="Delete what-if"
        pending={remove.isPending}
        error={remove.error?.message}
        onConfirm={() => remove.mutate(id)}
      />
    </div>
  );
}
