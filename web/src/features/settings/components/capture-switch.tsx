import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Project } from '@tokengrip/core/contract/accounts';
import { useId } from 'react';
import { Panel } from '../../../components/ui/panel.tsx';
import { Switch } from '../../../components/ui/switch.tsx';
import { meQuery } from '../../../lib/api/me.ts';
import { changeProject } from '../api/change-project.ts';

/** Captured text needs two yeses: one in the program, and this one. */
export function CaptureSwitch({ project, mayChange }: { project: Project; mayChange: boolean }) {
  const id = useId();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: changeProject,
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
  const shown = change.isPending ? (change.variables.change.captureContent ?? false) : project.captureContent;
  return (
    <Panel className="flex items-start justify-between gap-6 px-4 py-3.5">
      <div className="min-w-0">
        <h3 id={`${id}-name`} className="text-sm font-semibold">
          Allow captured text
        </h3>
        <p id={`${id}-why`} className="mt-0.5 max-w-xl text-sm text-muted">
          Stores the first 500 characters of prompt and response for programs that send them with{' '}
          <code className="font-mono text-xs text-ink">captureContent: true</code>. While this is off, such text is
          dropped before it is stored; tokens and cost are recorded either way.
        </p>
        {change.isError && (
          <p role="alert" className="mt-2 text-xs text-bad">
            {change.error.message}
          </p>
        )}
      </div>
      <Switch
        checked={shown}
        onChange={(captureContent) => change.mutate({ projectId: project.id, change: { captureContent } })}
        labelledBy={`${id}-name`}
        describedBy={`${id}-why`}
        disabled={change.isPending || !mayChange}
      />
    </Panel>
  );
}
