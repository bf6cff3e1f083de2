import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AnalysisRequest, AnalysisStatus } from '@tokengrip/core/contract/analysis';
import { FileSearch } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Checkbox, FormError } from '../../../components/ui/field.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { useMe } from '../../../lib/api/me.ts';
import { useAppSearch, usePeriod, useRecordFilters, useSearchPatch } from '../../../lib/search-state.ts';
import { formatDate } from '../../../lib/time.ts';
import { analysesQuery, analysisQuery, analysisStatusQuery, previewAnalysis, startAnalysis } from '../api/analyses.ts';
import { DocumentPanel } from './document-panel.tsx';

/** First the document, exactly as it would be sent; then the button that sends it. */
export function AnalysisStart({ status }: { status: AnalysisStatus }) {
  const client = useQueryClient();
  const patch = useSearchPatch();
  const { projects, organization } = useMe();
  const { from, to } = usePeriod();
  const { projectId } = useRecordFilters();
  const { range, from: firstDay, to: lastDay } = useAppSearch();
  const [withSamples, setWithSamples] = useState(false);
  const [shownFor, setShownFor] = useState<string>();
  const preview = useMutation({ mutationFn: previewAnalysis });
  const start = useMutation({
    mutationFn: startAnalysis,
    onSuccess: async (begun) => {
      client.setQueryData(analysisQuery(begun.id).queryKey, begun);
      patch({ analysis: begun.id });
      await Promise.all([
        client.invalidateQueries({ queryKey: analysesQuery.queryKey, exact: true }),
        client.invalidateQueries({ queryKey: analysisStatusQuery.queryKey }),
      ]);
    },
  });
  const capturing = status.capturingProjects.filter(({ id }) => projectId === undefined || projectId.includes(id));
  const asked: AnalysisRequest = {
    from,
    to,
    ...(projectId === undefined ? {} : { projectId: [...projectId] }),
    includeSamples: withSamples && capturing.length > 0,
  };
  // Of a period that runs on the end moves with the clock: what was chosen is still the same.
  const choice = JSON.stringify([range, firstDay, lastDay, projectId, asked.includeSamples]);
  const look = (leaveOut: readonly string[] = []) => {
    start.reset();
    setShownFor(choice);
    preview.mutate({ ...asked, ...(leaveOut.length > 0 ? { leaveOut: [...leaveOut] } : {}) });
  };
  const chosen = projects.filter(({ id }) => projectId?.includes(id)).map(({ name }) => name);
  const shown = preview.data;
  // What is shown must be what was chosen, or the button would send something else than people think.
  const isOutdated = shownFor !== choice;
  return (
    <>
      <Panel aria-label="A new analysis" className="flex flex-col gap-3 px-4 py-4">
        <div>
          <h2 className="text-sm font-semibold text-ink">A new analysis</h2>
          <p className="text-xs text-subtle">
            {formatDate(from, organization.timeZone)} – {formatDate(Date.parse(to) - 1, organization.timeZone)} ·{' '}
            {chosen.length > 0 ? chosen.join(', ') : 'all projects'}. Looking at the document sends nothing.
          </p>
        </div>
        {capturing.length > 0 ? (
          <Checkbox
            label="With samples of captured text"
            hint={`From ${capturing.map(({ name }) => name).join(', ')}: redacted, and each can be left out.`}
            checked={withSamples}
            onChange={(event) => setWithSamples(event.target.checked)}
          />
        ) : (
          <p className="text-xs text-subtle">No chosen project captures text, so that figures alone can be sent.</p>
        )}
        <FormError>{preview.error?.message}</FormError>
        <Button
          variant={shown && !isOutdated ? 'secondary' : 'primary'}
          className="self-start"
          icon={<FileSearch size={14} aria-hidden />}
          loading={preview.isPending}
          onClick={() => look()}
        >
          {shown ? 'Make the document again' : 'Show what would be sent'}
        </Button>
      </Panel>
      {shown && (
        <DocumentPanel
          key={shown.id}
          preview={shown}
          isOutdated={isOutdated || preview.isPending || preview.isError}
          isSending={start.isPending || start.isSuccess}
          error={start.error?.message}
          leftOut={preview.variables?.leaveOut ?? []}
          onLeaveOut={look}
          onSend={() => start.mutate({ previewId: shown.id, documentHash: shown.documentHash })}
        />
      )}
    </>
  );
}
