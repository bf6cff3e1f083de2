import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Organization, Plan } from '@tokengrip/core/contract/teams';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { useMe } from '../../../lib/api/me.ts';
import { formatDate } from '../../../lib/time.ts';
import { changePlan, changeRetention, organizationQuery, retentionPreviewQuery } from '../api/organization.ts';

const PLANS: readonly { value: Plan; label: string }[] = [
  { value: 'free', label: 'Free' },
  { value: 'pro', label: 'Pro' },
  { value: 'enterprise', label: 'Enterprise' },
];

/** Plan and days. What a shorter time deletes is shown before it is saved. */
export function RetentionPanel({ organization }: { organization: Organization }) {
  const { permissions } = useMe();
  const client = useQueryClient();
  const [plan, setPlan] = useState(organization.plan);
  const [days, setDays] = useState(String(organization.retentionDays));
  const [confirming, setConfirming] = useState(false);
  const most = organization.maxRetentionDays[plan];
  const retentionDays = Number(days);
  const valid = Number.isInteger(retentionDays) && retentionDays >= 1 && retentionDays <= most;
  const mayChange = permissions.includes('retention.manage');
  const shorter = valid && retentionDays < organization.retentionDays;
  const preview = useQuery({ ...retentionPreviewQuery(retentionDays), enabled: shorter && mayChange });
  const save = useMutation({
    mutationFn: () =>
      plan === organization.plan
        ? changeRetention({ retentionDays, confirmed: shorter })
        : changePlan({ plan, retentionDays, confirmed: shorter }),
    onSuccess: (changed) => {
      setConfirming(false);
      client.setQueryData(organizationQuery.queryKey, changed);
    },
  });
  const changed = plan !== organization.plan || retentionDays !== organization.retentionDays;
  const loss = shorter ? preview.data : undefined;
  return (
    <Panel aria-label="Plan and retention">
      <PanelHeader
        title="Plan and retention"
        description="Records are kept for so many days, with users, tags and captured text. Their sums are kept for good."
        className="py-3"
      />
      <form
        className="flex flex-col gap-4 border-t border-line px-4 py-4 *:max-w-104"
        onSubmit={(event) => {
          event.preventDefault();
          if (shorter) setConfirming(true);
          else save.mutate();
        }}
      >
        <FormError>{confirming ? undefined : save.error?.message}</FormError>
        <SelectField
          label="Plan"
          options={PLANS.map(({ value, label }) => ({
            value,
            label: `${label}: up to ${organization.maxRetentionDays[value]} days`,
          }))}
          value={plan}
          disabled={!permissions.includes('organization.plan')}
          onChange={(event) => {
            const next = event.target.value as Plan;
            setPlan(next);
            setDays(String(Math.min(retentionDays || most, organization.maxRetentionDays[next])));
          }}
        />
        <Field
          label="Days that records are kept"
          type="number"
          min={1}
          max={most}
          value={days}
          disabled={!mayChange}
          onChange={(event) => setDays(event.target.value)}
          error={valid ? undefined : `Enter a number of days from 1 to ${most}.`}
        />
        {loss && (
          <p role="status" className="rounded-sm bg-warn-soft px-3 py-2 text-xs text-ink">
            {loss.records === 0
              ? 'No record is that old: nothing is deleted.'
              : `${loss.records.toLocaleString('en-US')} records from before ${formatDate(loss.before, 'UTC')} are deleted within a day.`}
          </p>
        )}
        {mayChange && (
          <div>
            <Button
              type="submit"
              variant="primary"
              disabled={!changed || !valid || (shorter && !preview.data)}
              loading={save.isPending && !confirming}
            >
              Save
            </Button>
          </div>
        )}
      </form>
      <ConfirmDialog
        open={confirming}
        onOpenChange={setConfirming}
        title={`Keep records for ${retentionDays} days?`}
        consequence={
          loss && loss.records > 0
            ? `${loss.records.toLocaleString('en-US')} records are deleted within a day, with users, tags and captured text. It cannot be undone. Totals stay.`
            : 'No record is that old yet. Records are deleted from now on when they get older.'
        }
        action="Save"
        tone={loss && loss.records > 0 ? 'danger' : 'primary'}
        pending={save.isPending}
        error={save.error?.message}
        onConfirm={() => save.mutate()}
      />
    </Panel>
  );
}
