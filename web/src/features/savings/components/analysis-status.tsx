import type { AnalysisObstacle, AnalysisStatus } from '@tokengrip/core/contract/analysis';
import { CircleCheck, Info } from 'lucide-react';
import { Button } from '../../../components/ui/button.tsx';
import { Panel } from '../../../components/ui/panel.tsx';
import { formatCount } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { useMay } from '../use-savings.ts';

const TITLES: Record<AnalysisObstacle, string> = {
  no_worker: 'It is not known yet whether Claude can be asked',
  air_gapped: 'Nothing leaves this installation',
  no_key: 'There is no key for Claude yet',
  not_enabled: 'Analyses are not allowed yet',
  no_project: 'There is no project for its cost',
  daily_limit: 'Today’s analyses are used up',
  running: 'An analysis is under way',
};

/** Whether Claude can be asked; and if not, what is in the way and what to do about it. */
export function AnalysisStatusPanel({ status }: { status: AnalysisStatus }) {
  const patch = useSearchPatch();
  const mayRun = useMay('analysis.run');
  const { ready, obstacle, model, host, dailyLimit, usedToday, runningId } = status;
  const Icon = ready ? CircleCheck : Info;
  return (
    <Panel aria-label="Asking Claude" className="px-4 py-4">
      <h2 className="text-sm font-semibold text-ink">Have Claude look at your statistics</h2>
      <p className="mt-1 max-w-3xl text-sm text-muted">
        A document of figures, in which every name of yours is replaced by a pseudonym, goes to Claude when somebody
        presses the button and has seen it. What comes back is mapped to your names, and every saving is computed here,
        over your calls; none is taken on Claude’s word.
      </p>
      <div role="status" className="mt-3 flex items-start gap-2.5 rounded-md bg-sunken px-3 py-2.5">
        <Icon size={16} className={`mt-0.5 shrink-0 ${ready ? 'text-good' : 'text-subtle'}`} aria-hidden />
        <div className="min-w-0 text-sm">
          <p className="font-medium text-ink">{obstacle ? TITLES[obstacle.code] : 'Ready'}</p>
          <p className="text-muted">
            {obstacle?.text}
            {ready &&
              (mayRun
                ? 'Choose the projects and the period above, then look at what would be sent.'
                : 'Members, admins and owners can start one.')}
          </p>
          {obstacle?.code === 'no_key' && (
            <pre className="mt-2 w-fit max-w-full overflow-x-auto rounded-sm border border-line bg-surface px-2.5 py-1.5 font-mono text-xs text-ink">
              ANTHROPIC_API_KEY=sk-ant-…
            </pre>
          )}
        </div>
        {runningId !== null && (
          <Button size="sm" className="ml-auto" onClick={() => patch({ analysis: runningId })}>
            Show it
          </Button>
        )}
      </div>
      <p className="mt-2.5 text-xs text-subtle nums">
        {model !== null && host !== null && (
          <>
            Model <span className="font-mono">{model}</span> at <span className="font-mono">{host}</span>
          </>
        )}
        {dailyLimit !== null && ` · ${formatCount(usedToday)} of ${formatCount(dailyLimit)} used today`}
      </p>
    </Panel>
  );
}
