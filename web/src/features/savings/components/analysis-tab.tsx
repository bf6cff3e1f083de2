import { useQuery } from '@tanstack/react-query';
import { Panel } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { cn } from '../../../lib/cn.ts';
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
  const mayManage = useMay('analysis.manage');
  const { data } = status;
  if (!data) {
    return (
      <>
        <Panel className={cn(!status.isError && 'min-h-55 max-sm:min-h-79')}>
          {status.isError ? (
            <ErrorState error={status.error} what="Analysis" onRetry={() => void status.refetch()} />
          ) : (
            <div className="flex flex-col gap-3 px-4 py-5">
              <Skeleton className="h-4 w-64 max-w-full" />
              <Skeleton className="h-14 max-w-3xl max-sm:h-28" />
              <Skeleton className="h-14 w-full" />
            </div>
          )}
        </Panel>
        {status.isPending && mayManage && <Panel className="min-h-78" />}
      </>
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
