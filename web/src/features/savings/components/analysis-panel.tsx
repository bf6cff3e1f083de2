import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Analysis } from '@tokengrip/core/contract/analysis';
import { useState } from 'react';
import { BackButton } from '../../../components/ui/back-button.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { ProgressBar } from '../../../components/ui/bar.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { Money, Tokens } from '../../../components/ui/figures.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatDate } from '../../../lib/time.ts';
import { useWhenOver } from '../../../lib/when-over.ts';
import {
  analysesQuery,
  analysisQuery,
  analysisStatusQuery,
  cancelAnalysis,
  deleteAnalysis,
  isUnderWay,
} from '../api/analyses.ts';
import { useMay, useSavingsChanged } from '../use-savings.ts';
import { countOf } from '../words.ts';
import { ANALYSIS_STATES } from './analysis-history.tsx';
import { FindingList } from './finding-list.tsx';

const STAGES: Record<Analysis['stage'], string> = {
  waiting: 'Waits for the worker',
  asking: 'Claude reads and answers',
  repairing: 'The answer had not the right form; Claude is asked once more',
  pricing: 'What was proposed is priced over your calls',
  ended: 'Ended',
};

/** One analysis: how far it is, then what came of it and what it did cost. */
export function AnalysisPanel({ id }: { id: number }) {
  const patch = useSearchPatch();
  const found = useQuery(analysisQuery(id));
  useRefreshWhenOver(found.data);
  return (
    <>
      <BackButton onClick={() => patch({ analysis: undefined })}>All analyses</BackButton>
      {found.data ? (
        <Detail analysis={found.data} />
      ) : (
        <Panel>
          {found.isError ? (
            <ErrorState error={found.error} what="The analysis" onRetry={() => void found.refetch()} />
          ) : (
            <div className="flex flex-col gap-4 px-4 py-5">
              <Skeleton className="h-5 w-72" />
              <Skeleton className="h-24 w-full" />
            </div>
          )}
        </Panel>
      )}
    </>
  );
}

/** When it is over, there may be new recommendations, and another can be made. */
function useRefreshWhenOver(analysis: Analysis | undefined) {
  const client = useQueryClient();
  const changed = useSavingsChanged();
  useWhenOver(analysis !== undefined && isUnderWay(analysis), () => {
    void changed();
    void client.invalidateQueries({ queryKey: analysisStatusQuery.queryKey });
    void client.invalidateQueries({ queryKey: analysesQuery.queryKey, exact: true });
  });
}

function Detail({ analysis }: { analysis: Analysis }) {
  const timeZone = useTimeZone();
  const { state, stage, progress, failure, from, to, createdBy, startedAt, summary, findings, discarded } = analysis;
  const { label, tone } = ANALYSIS_STATES[state];
  return (
    <>
      <Panel aria-label="Analysis">
        <div className="flex flex-wrap items-start justify-between gap-3 px-4 py-4">
          <div className="min-w-0">
            <h2 className="flex flex-wrap items-center gap-2 text-md font-semibold text-ink">
              {formatDate(from, timeZone)} – {formatDate(Date.parse(to) - 1, timeZone)}
              <Badge tone={tone}>{label}</Badge>
            </h2>
            <p className="mt-0.5 text-xs text-subtle">
              Started <RelativeTime instant={startedAt} timeZone={timeZone} />
              {createdBy && ` by ${createdBy.name}`} · <span className="font-mono">{analysis.model}</span> at{' '}
              <span className="font-mono">{analysis.host}</span>
              {analysis.samples > 0 && ` · with ${countOf(analysis.samples, 'sample')} of text`}
            </p>
          </div>
          <Actions analysis={analysis} />
        </div>
        {isUnderWay(analysis) && (
          <div className="px-4 pb-4">
            <ProgressBar value={progress} label={STAGES[stage]} />
            <p role="status" className="mt-1.5 text-xs text-subtle">
              {STAGES[stage]} · goes on if you leave this page
            </p>
          </div>
        )}
        {failure && (
          <p role="alert" className="border-t border-line px-4 py-3 text-sm text-bad">
            {failure.text}
          </p>
        )}
        {state === 'cancelled' && (
          <p className="border-t border-line px-4 py-3 text-sm text-muted">It was cancelled. Nothing of it was kept.</p>
        )}
        <OwnCost analysis={analysis} />
      </Panel>
      {summary !== null && (
        <Panel aria-label="What Claude says" className="px-4 py-4">
          <h2 className="text-sm font-semibold text-ink">What Claude says</h2>
          {/* A model wrote it: text, never markup. */}
          <p className="mt-2 max-w-3xl text-sm break-words whitespace-pre-wrap text-ink">{summary}</p>
        </Panel>
      )}
      {state === 'done' && <FindingList findings={findings} discarded={discarded} />}
    </>
  );
}

function OwnCost({ analysis }: { analysis: Analysis }) {
  const { requests, cost, inputTokens, outputTokens, costIncomplete } = analysis;
  if (requests === 0 && !costIncomplete) {
    return isUnderWay(analysis) ? null : (
      <p className="border-t border-line px-4 py-2.5 text-xs text-subtle">Nothing was sent, and nothing was paid.</p>
    );
  }
  return (
    <p className="border-t border-line px-4 py-2.5 text-xs text-subtle nums">
      Own cost{' '}
      <span className="font-medium text-ink">
        {cost === null ? 'not known: the model has no price' : <Money usd={cost} />}
      </span>{' '}
      · <Tokens count={inputTokens} /> tokens in, <Tokens count={outputTokens} /> out · {countOf(requests, 'request')}
      {costIncomplete && ' · a request was broken off, and may have cost more than is known'}. It is recorded as usage
      of yours, with the feature <span className="font-mono">tokengrip-analysis</span>.
    </p>
  );
}

function Actions({ analysis }: { analysis: Analysis }) {
  const { id } = analysis;
  const client = useQueryClient();
  const patch = useSearchPatch();
  const mayRun = useMay('analysis.run');
  const [deleting, setDeleting] = useState(false);
  const cancel = useMutation({
    mutationFn: cancelAnalysis,
    onSuccess: (changed) => client.setQueryData(analysisQuery(id).queryKey, changed),
    onError: async (error) => {
      toast(error.message, 'bad');
      await client.invalidateQueries({ queryKey: analysisQuery(id).queryKey });
    },
  });
  const remove = useMutation({
    mutationFn: deleteAnalysis,
    onSuccess: async () => {
      toast('The analysis is deleted.');
      patch({ analysis: undefined }, { replace: true });
      await client.invalidateQueries({ queryKey: analysesQuery.queryKey, exact: true });
    },
  });
  if (!mayRun) return null;
  return (
    <div className="flex gap-2">
      {isUnderWay(analysis) ? (
        <Button size="sm" loading={cancel.isPending} onClick={() => cancel.mutate(id)}>
          Cancel
        </Button>
      ) : (
        <Button size="sm" onClick={() => setDeleting(true)}>
          Delete
        </Button>
      )}
      <ConfirmDialog
        open={deleting}
        onOpenChange={setDeleting}
        title="Delete this analysis?"
        consequence="What Claude said is gone. Recommendations that it became stay, and so does its cost."
        action="Delete analysis"
        pending={remove.isPending}
        error={remove.error?.message}
        onConfirm={() => remove.mutate(id)}
      />
    </div>
  );
}
