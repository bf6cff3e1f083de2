import { useNavigate } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useMay } from '../../lib/api/me.ts';
import { ProgressBar } from '../ui/bar.tsx';
import { Button } from '../ui/button.tsx';
import { useSampleData } from './use-sample-data.ts';

/** Fills the demo project and then shows it. The work goes on when the page is left. */
export function LoadSampleData() {
  const navigate = useNavigate();
  const mayLoad = useMay('sample_data.manage');
  const show = (projectId: number) => void navigate({ to: '/', search: { project: projectId } });
  const { state, load } = useSampleData(true, show);
  if (state?.state === 'loading') {
    return (
      <div className="w-56 text-left">
        <p className="mb-1.5 flex justify-between text-xs text-muted">
          Loading sample data
          <span className="nums">{Math.round(state.progress * 100)} %</span>
        </p>
        <ProgressBar value={state.progress} label="Loading sample data" />
        <p className="mt-1.5 text-2xs text-subtle">It goes on if you leave this page.</p>
      </div>
    );
  }
  const { projectId } = state ?? {};
  if (state?.state === 'loaded' && typeof projectId === 'number') {
    return (
      <Button onClick={() => show(projectId)} icon={<FlaskConical size={14} aria-hidden />}>
        View sample data
      </Button>
    );
  }
  if (!mayLoad) return null;
  const failed = load.error?.message ?? (state?.state === 'failed' ? 'Loading the sample data failed.' : undefined);
  return (
    <div className="flex flex-col items-center gap-1.5">
      <Button
        onClick={() => load.mutate()}
        loading={load.isPending || state?.state === 'removing'}
        icon={<FlaskConical size={14} aria-hidden />}
      >
        Load sample data
      </Button>
      {failed && (
        <p role="alert" className="text-xs text-bad">
          {failed}
        </p>
      )}
    </div>
  );
}
