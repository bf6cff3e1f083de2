import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Deletion, PrivacyRequest } from '@tokengrip/core/contract/teams';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { useTitle } from '../../../lib/title.ts';
import { deletionsQuery, previewPrivacy, requestPrivacy } from '../api/privacy.ts';
import { SettingsPage } from './settings-page.tsx';

const plural = (count: number) => `${count.toLocaleString('en-US')} ${count === 1 ? 'record' : 'records'}`;

export function PrivacyPage() {
  useTitle('Privacy');
  return (
    <SettingsPage title="Privacy">
      <RequestPanel />
      <DeletionsPanel />
    </SettingsPage>
  );
}

const KINDS = [
  { value: 'user', label: 'End user' },
  { value: 'customer', label: 'Customer' },
] as const;

const MODES = [
  { value: 'erase', label: 'Erase the person, keep the cost' },
  { value: 'delete', label: 'Delete the records with their cost' },
] as const;

const MEANING = {
  erase:
    'The id, session, trace, tags, raw usage and captured text go; tokens and cost stay, so that totals still match the invoice.',
  delete: 'The records are deleted, and their cost leaves every total.',
};

function RequestPanel() {
  const client = useQueryClient();
  const [request, setRequest] = useState<PrivacyRequest>({ subjectKind: 'user', subject: '', mode: 'erase' });
  const [confirming, setConfirming] = useState(false);
  const find = useMutation({ mutationFn: previewPrivacy, onSuccess: () => setConfirming(true) });
  const send = useMutation({
    mutationFn: requestPrivacy,
    onSuccess: async () => {
      setConfirming(false);
      setRequest({ ...request, subject: '' });
      find.reset();
      await client.invalidateQueries({ queryKey: deletionsQuery.queryKey });
    },
  });
  const { mode, subject, subjectKind } = request;
  return (
    <Panel aria-label="Privacy request">
      <PanelHeader
        title="Privacy request"
        description="When somebody asks you to forget them: in all projects, all days, rollups and exported files."
        className="py-3"
      />
      <form
        className="flex flex-col gap-4 border-t border-line px-4 py-4 *:max-w-104"
        onSubmit={(event) => {
          event.preventDefault();
          if (subject !== '') find.mutate({ subjectKind, subject });
        }}
      >
        <FormError>{find.error?.message}</FormError>
        <SelectField
          label="Who asks"
          options={KINDS}
          value={subjectKind}
          onChange={(event) => setRequest({ ...request, subjectKind: event.target.value as 'user' | 'customer' })}
        />
        <Field
          label="Id"
          autoComplete="off"
          hint="As your programs send it."
          value={subject}
          onChange={(event) => setRequest({ ...request, subject: event.target.value })}
        />
        <SelectField
          label="What happens"
          options={MODES}
          value={mode}
          hint={MEANING[mode]}
          onChange={(event) => setRequest({ ...request, mode: event.target.value as 'erase' | 'delete' })}
        />
        <div>
          <Button type="submit" variant="primary" disabled={subject === ''} loading={find.isPending}>
            Find records
          </Button>
        </div>
      </form>
      <ConfirmDialog
        open={confirming}
        onOpenChange={setConfirming}
        title={mode === 'erase' ? `Erase “${subject}”?` : `Delete the records of “${subject}”?`}
        consequence={`${plural(find.data?.records ?? 0)} found. ${MEANING[mode]} Files of exports that may name them are deleted, and budgets, alerts, recommendations and what-ifs about them. It cannot be undone.`}
        action={mode === 'erase' ? 'Erase' : 'Delete records'}
        pending={send.isPending}
        error={send.error?.message}
        onConfirm={() => send.mutate(request)}
      />
    </Panel>
  );
}

const describe = (deletion: Deletion): string => {
  if (deletion.kind === 'project') return 'Deletion of a project';
  if (deletion.kind === 'organization') return 'Deletion of the organization';
  const who = deletion.subjectKind === 'customer' ? 'a customer' : 'an end user';
  return deletion.mode === 'erase' ? `Erasure of ${who}` : `Deletion of ${who}`;
};

const TONES = { queued: 'neutral', running: 'accent', done: 'good', failed: 'bad' } as const;

function DeletionsPanel() {
  const timeZone = useTimeZone();
  const { data } = useQuery(deletionsQuery);
  if (!data || data.deletions.length === 0) return null;
  return (
    <Panel aria-label="Deletions">
      <PanelHeader title="Deletions" description="Whom they were about is not kept." className="py-3" />
      <ul>
        {data.deletions.map((deletion) => (
          <li key={deletion.id} className="flex items-center justify-between gap-4 border-t border-line px-4 py-3">
            <div className="min-w-0">
              <p className="text-sm text-ink">{describe(deletion)}</p>
              <p className="mt-0.5 text-xs text-subtle">
                asked for <RelativeTime instant={deletion.createdAt} timeZone={timeZone} />
                {deletion.state === 'done' && ` · ${plural(deletion.records)}`}
              </p>
            </div>
            <Badge tone={TONES[deletion.state]}>
              {deletion.state === 'running' ? `${Math.round(deletion.progress * 100)} %` : deletion.state}
            </Badge>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
