import { useQuery } from '@tanstack/react-query';
import type { Analysis } from '@tokengrip/core/contract/analysis';
import { ListPanel } from '../../../components/list-panel.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { ProgressBar } from '../../../components/ui/bar.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { formatDate } from '../../../lib/time.ts';
import { analysesQuery, isUnderWay } from '../api/analyses.ts';

export const ANALYSIS_STATES: Record<
  Analysis['state'],
  { label: string; tone: 'neutral' | 'accent' | 'good' | 'bad' }
> = {
  queued: { label: 'waiting', tone: 'accent' },
  running: { label: 'under way', tone: 'accent' },
  done: { label: 'done', tone: 'good' },
  failed: { label: 'failed', tone: 'bad' },
  cancelled: { label: 'cancelled', tone: 'neutral' },
};

/** Analyses of the past, with what they cost. */
export function AnalysisHistory() {
  const past = useQuery(analysesQuery);
  return (
    <ListPanel
      title="Analyses so far"
      query={past}
      list={past.data?.analyses}
      empty={{ title: 'None was made yet', text: 'What was sent, what it cost and what came of it stays here.' }}
      head={
        <>
          <Th>When</Th>
          <Th>State</Th>
          <Th className="max-lg:hidden">Period</Th>
          <Th className="max-md:hidden">By</Th>
          <Th numeric>Findings</Th>
          <Th numeric className="max-sm:hidden">
            Samples
          </Th>
          <Th numeric>Own cost</Th>
        </>
      }
      row={(one) => <Row key={one.id} analysis={one} />}
      skeleton={{ rows: 3, columns: 7 }}
    />
  );
}

function Row({ analysis }: { analysis: Analysis }) {
  const timeZone = useTimeZone();
  const patch = useSearchPatch();
  const { state, from, to, createdBy, findings, samples, cost, requests, progress, failure } = analysis;
  const { label, tone } = ANALYSIS_STATES[state];
  return (
    <tr className="relative border-t border-line transition-colors hover:bg-hover">
      <Td>
        <button
          type="button"
          onClick={() => patch({ analysis: analysis.id })}
          className="text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          <RelativeTime instant={analysis.startedAt} timeZone={timeZone} />
        </button>
      </Td>
      <Td>
        <span className="flex items-center gap-2.5">
          <Badge tone={tone} title={failure?.text ?? ''} className="relative">
            {label}
          </Badge>
          {isUnderWay(analysis) && (
            <span className="w-20">
              <ProgressBar value={progress} label={label} />
            </span>
          )}
        </span>
      </Td>
      <Td className="w-full text-xs text-muted max-lg:hidden">
        {formatDate(from, timeZone)} – {formatDate(Date.parse(to) - 1, timeZone)}
      </Td>
      <Td className="text-xs text-muted max-md:hidden">{createdBy?.name ?? '—'}</Td>
      <Td numeric>{state === 'done' ? formatCount(findings.length) : '—'}</Td>
      <Td numeric className="text-muted max-sm:hidden">
        {samples === 0 ? '—' : formatCount(samples)}
      </Td>
      <Td numeric>{requests === 0 ? '—' : <Money usd={cost} className="relative" />}</Td>
    </tr>
  );
}
