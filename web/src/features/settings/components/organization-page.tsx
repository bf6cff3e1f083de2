import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Organization } from '@tokengrip/core/contract/teams';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { meQuery, useMe } from '../../../lib/api/me.ts';
import { useTitle } from '../../../lib/title.ts';
import { changeOrganization, organizationQuery } from '../api/organization.ts';
import { LeavePanel } from './leave-panel.tsx';
import { RetentionPanel } from './retention-panel.tsx';
import { SettingsPage } from './settings-page.tsx';

export function OrganizationPage() {
  useTitle('Organization');
  const organization = useQuery(organizationQuery);
  return (
    <SettingsPage title="Organization">
      {organization.data ? (
        <>
          <GeneralPanel key={organization.data.id} organization={organization.data} />
          <RetentionPanel
            key={`${organization.data.plan} ${organization.data.retentionDays}`}
            organization={organization.data}
          />
          <LeavePanel />
        </>
      ) : organization.isError ? (
        <Panel>
          <ErrorState error={organization.error} what="The organization" onRetry={() => void organization.refetch()} />
        </Panel>
      ) : (
        <>
          <Skeleton className="h-52 rounded-lg" />
          <Skeleton className="h-52 rounded-lg" />
        </>
      )}
    </SettingsPage>
  );
}

interface Form {
  name: string;
  timeZone: string;
}

const TIME_ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

function GeneralPanel({ organization }: { organization: Organization }) {
  const { permissions } = useMe();
  const client = useQueryClient();
  const [saved, setSaved] = useState({ name: organization.name, timeZone: organization.timeZone });
  const { register, handleSubmit, setError, formState, reset } = useForm<Form>({ defaultValues: saved });
  const { problem, show, clear } = useProblem<Form>(['name', 'timeZone'], setError);
  const change = useMutation({
    mutationFn: changeOrganization,
    onMutate: clear,
    onError: show,
    onSuccess: async (me) => {
      client.setQueryData(meQuery.queryKey, me);
      const now = { name: me.organization.name, timeZone: me.organization.timeZone };
      setSaved(now);
      reset(now);
      toast('Saved.');
      await client.invalidateQueries();
    },
  });
  const mayChange = permissions.includes('organization.manage');
  return (
    <Panel aria-label="General">
      <PanelHeader title="General" className="py-3" />
      <form
        noValidate
        className="flex flex-col gap-4 border-t border-line px-4 py-4 *:max-w-104"
        onSubmit={(event) => void handleSubmit((values) => change.mutate(values))(event)}
      >
        <FormError>{problem}</FormError>
        <Field
          label="Name"
          autoComplete="off"
          disabled={!mayChange}
          error={formState.errors.name?.message}
          {...register('name', { validate: (name) => name.trim() !== '' || 'Enter a name.' })}
        />
        <Field
          label="Time zone"
          autoComplete="off"
          list="time-zones"
          disabled={!mayChange}
          hint="Days, weeks and months begin there, past ones included."
          error={formState.errors.timeZone?.message}
          {...register('timeZone', { validate: (zone) => zone.trim() !== '' || 'Enter a time zone.' })}
        />
        <datalist id="time-zones">
          {TIME_ZONES.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        {mayChange && (
          <div>
            <Button type="submit" variant="primary" disabled={!formState.isDirty} loading={change.isPending}>
              Save
            </Button>
          </div>
        )}
      </form>
    </Panel>
  );
}
