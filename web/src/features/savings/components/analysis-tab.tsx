import { useQuery } from '@tanstack/react-query';
import { Panel } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { analysisStatusQuery } from '../api/analyses.ts';
import { useMay, useSavingsSearch } from '../use-savings.ts';
import { AnalysisHistory } from './analysis-history.tsx';
import { AnalysisPanel } from './analysis-panel.tsx';
import { AnalysisSettingsPanel } from './analysis-settings.tsx';
import { AnalysisStart } from './analysis-start.tsx';
import { AnalysisStatusPanel } from './analysis-status.tsx';

/** What Claude says about the organization's statistics, when somebody asks: one analysis, or the way to the next. */
export function AnalysisTab() {
  const { analysis } = useSavingsSearch();
  if (analysis !== undefined) return <AnalysisPanel key={analysis} id={analysis} />;
  return (
    <>
      <Ask />
      <AnalysisHistory />
    </>
  );
}

function Ask() {
  const status = useQuery(analysisStatusQuery);
  const mayRun = useMay('analysis.run');
  const { data } = status;
  if (!data) {
    return (
      <Panel>
        {status.isError ? (
          <ErrorState error={status.error} what="Analysis" onRetry={() => void status.refetch()} />
        ) : (
          <div className="flex flex-col gap-3 px-4 py-5">
            <Skeleton className="h-4 w-64" />
            <Skeleton className="h-14 w-full" />
          </div>
        )}
      </Panel>
    );
  }
  return (
    <>
      <AnalysisStatusPanel status={data} />
      {data.ready && mayRun && <AnalysisStart status={data} />}
      <AnalysisSettingsPanel status={data} />
    </>
  );
}
