import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AnalysisStatus } from '@tokengrip/core/contract/analysis';
import { useId, useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { FormError } from '../../../components/ui/field.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { Switch } from '../../../components/ui/switch.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useMe } from '../../../lib/api/me.ts';
import { formatDate } from '../../../lib/time.ts';
import { analysisStatusQuery, changeAnalysisSettings } from '../api/analyses.ts';
import { useMay } from '../use-savings.ts';

/** The organization's word: off until an owner or admin allows it. */
export function AnalysisSettingsPanel({ status }: { status: AnalysisStatus }) {
  const { projects, organization } = useMe();
  const mayChange = useMay('analysis.manage');
  const client = useQueryClient();
  const id = useId();
  const real = projects.filter(({ demo }) => !demo);
  const choices = real.length > 0 ? real : projects;
  const [enabled, setEnabled] = useState(status.enabled);
  const [projectId, setProjectId] = useState(status.project?.id ?? choices[0]?.id ?? 0);
  const save = useMutation({
    mutationFn: changeAnalysisSettings,
    onSuccess: (changed) => {
      client.setQueryData(analysisStatusQuery.queryKey, changed);
      toast(changed.enabled ? 'Analyses are allowed.' : 'Analyses are not allowed any more.');
    },
  });
  const changed = status.changedAt !== null && (
    <p className="text-xs text-subtle">
      Changed {formatDate(status.changedAt, organization.timeZone)}
      {status.changedBy && ` by ${status.changedBy.name}`}. It is in the audit log.
    </p>
  );
  if (!mayChange) {
    return (
      <p className="text-xs text-subtle">
        {status.enabled ? 'An owner or admin has allowed analyses' : 'Owners and admins allow analyses'}
        {status.project && `; their cost is recorded in ${status.project.name}`}.
      </p>
    );
  }
  const isChanged = enabled !== status.enabled || (enabled && projectId !== (status.project?.id ?? 0));
  return (
    <Panel aria-label="Settings of analyses">
      <PanelHeader title="Settings" description="For the whole organization." />
      <div className="flex flex-col gap-4 border-t border-line px-4 py-4">
        <div className="flex items-start gap-3">
          <Switch
            checked={enabled}
            onChange={setEnabled}
            labelledBy={`${id}-label`}
            describedBy={`${id}-note`}
            disabled={choices.length === 0}
          />
          <div className="min-w-0">
            <p id={`${id}-label`} className="text-sm text-ink">
              Allow analyses by Claude
            </p>
            <p id={`${id}-note`} className="max-w-2xl text-xs text-subtle">
              Members may then send what they were shown to Anthropic. Statistics without names; texts only of projects
              that capture them, and only where somebody ticks a box.
            </p>
          </div>
        </div>
        <SelectField
          className="max-w-xs"
          label="Its cost is recorded in"
          hint="Each analysis is a call of this project, with the feature tokengrip-analysis."
          options={choices.map((project) => ({ value: String(project.id), label: project.name }))}
          value={String(projectId)}
          disabled={!enabled}
          onChange={(event) => setProjectId(Number(event.target.value))}
        />
        <FormError>{save.error?.message}</FormError>
        <div className="flex flex-wrap items-center gap-3">
          <Button
            variant="primary"
            disabled={!isChanged || projectId === 0}
            loading={save.isPending}
            onClick={() => save.mutate({ enabled, projectId })}
          >
            Save
          </Button>
          {changed}
        </div>
      </div>
    </Panel>
  );
}
