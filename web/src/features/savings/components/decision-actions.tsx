import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Recommendation } from '@tokengrip/core/contract/savings';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { shiftDays } from '../../../lib/calendar.ts';
import { dayStart, isDay, localDay } from '../../../lib/period.ts';
import { formatDate } from '../../../lib/time.ts';
import { type Decision, decide, recommendationQuery } from '../api/decisions.ts';
import { useSavingsChanged } from '../use-savings.ts';

const DONE: Record<Decision['action'], string> = {
  accept: 'Accepted. What it saves is followed from now on.',
  dismiss: 'Dismissed.',
  snooze: 'Put off.',
  reopen: 'Open again.',
};

/** Accept, dismiss, put off, open again: those that the state allows. */
export function DecisionActions({ recommendation }: { recommendation: Recommendation }) {
  const { id, state } = recommendation;
  const client = useQueryClient();
  const changed = useSavingsChanged();
  const [asked, setAsked] = useState<'dismiss' | 'snooze'>();
  const step = useMutation({
    mutationFn: (decision: Decision) => decide({ id, decision }),
    onSuccess: async (saved, { action }) => {
      client.setQueryData(recommendationQuery(id).queryKey, saved);
      setAsked(undefined);
      toast(DONE[action]);
      await changed();
    },
  });
  const begin = (decision: 'dismiss' | 'snooze') => {
    step.reset();
    setAsked(decision);
  };
  if (state === 'gone')
    return <p className="text-xs text-subtle">It does not apply any more: nothing is to be done.</p>;
  return (
    <>
      {asked === undefined && step.isError && <FormError>{step.error.message}</FormError>}
      <div className="flex flex-wrap gap-2">
        {state !== 'accepted' && (
          <Button variant="primary" loading={step.isPending} onClick={() => step.mutate({ action: 'accept' })}>
            Accept
          </Button>
        )}
        {state !== 'snoozed' && state !== 'accepted' && state !== 'dismissed' && (
          <Button onClick={() => begin('snooze')}>Snooze</Button>
        )}
        {state !== 'dismissed' && state !== 'accepted' && <Button onClick={() => begin('dismiss')}>Dismiss</Button>}
        {state !== 'open' && (
          <Button loading={step.isPending} onClick={() => step.mutate({ action: 'reopen' })}>
            Reopen
          </Button>
        )}
      </div>
      <Dialog
        open={asked === 'dismiss'}
        onOpenChange={(open) => !open && setAsked(undefined)}
        title="Dismiss this recommendation?"
        description="It leaves the list and the total. Your reason is kept with it."
      >
        <DismissForm step={step} onCancel={() => setAsked(undefined)} />
      </Dialog>
      <Dialog
        open={asked === 'snooze'}
        onOpenChange={(open) => !open && setAsked(undefined)}
        title="Put it off until when?"
        description="It leaves the list and the total, and comes back that day."
      >
        <SnoozeForm step={step} onCancel={() => setAsked(undefined)} />
      </Dialog>
    </>
  );
}

interface FormProps {
  step: { mutate: (decision: Decision) => void; isPending: boolean; error: Error | null };
  onCancel: () => void;
}

const REASON_LENGTH = 500;

function DismissForm({ step, onCancel }: FormProps) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  return (
    <form
      noValidate
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() === '') setMissing(true);
        else step.mutate({ action: 'dismiss', reason: reason.trim() });
      }}
    >
      <FormError>{step.error?.message}</FormError>
      <Field
        label="Reason"
        autoComplete="off"
        maxLength={REASON_LENGTH}
        placeholder="The larger model is needed here"
        error={missing && reason.trim() === '' ? 'Enter a reason, so that others understand.' : undefined}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={step.isPending}>
          Dismiss
        </Button>
      </DialogActions>
    </form>
  );
}

const CHOICES = [7, 30, 90];
/** The API takes a year and a day. */
const LONGEST_DAYS = 365;

function SnoozeForm({ step, onCancel }: FormProps) {
  const timeZone = useTimeZone();
  const today = localDay(Date.now(), timeZone);
  const [first, last] = [shiftDays(today, 1), shiftDays(today, LONGEST_DAYS)];
  const [day, setDay] = useState(shiftDays(today, 30));
  const isValid = isDay(day) && day >= first && day <= last;
  return (
    <form
      noValidate
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) step.mutate({ action: 'snooze', until: new Date(Number(dayStart(day, timeZone))).toISOString() });
      }}
    >
      <FormError>{step.error?.message}</FormError>
      <div className="mb-3 flex gap-2">
        {CHOICES.map((days) => (
          <Button
            key={days}
            size="sm"
            aria-pressed={day === shiftDays(today, days)}
            onClick={() => setDay(shiftDays(today, days))}
          >
            {days} days
          </Button>
        ))}
      </div>
      <Field
        label="Until"
        type="date"
        min={first}
        max={last}
        error={
          isValid
            ? undefined
            : `Choose a day from tomorrow to ${formatDate(dayStart(last, timeZone).getTime(), timeZone)}.`
        }
        value={day}
        onChange={(event) => setDay(event.target.value)}
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={step.isPending}>
          Put it off
        </Button>
      </DialogActions>
    </form>
  );
}
