import { useMutation } from '@tanstack/react-query';
import type { AffectedSpan, CorrectionReply } from '@tokengrip/core/contract/prices';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { declareCorrection } from '../api/change-list.ts';
import { instantOf } from '../days.ts';
import { usePricesChanged } from '../use-prices.ts';
import { Span } from './span.tsx';
import { useStartRecosting } from './use-start-recosting.ts';

export interface CorrectionDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  modelKey: string;
  /** The run whose change is meant; without it the present price. */
  runId?: number | undefined;
}

/** Declares that a price held already before it came, and offers to price the calls of that time again. */
export function CorrectionDialog(props: CorrectionDialogProps) {
  const [reply, setReply] = useState<CorrectionReply>();
  const change = (open: boolean) => {
    props.onOpenChange(open);
    if (!open) setReply(undefined);
  };
  return (
    <Dialog
      open={props.open}
      onOpenChange={change}
      title={reply ? 'The price is corrected' : `The price of ${props.modelKey} held earlier`}
      description={
        reply
          ? undefined
          : 'For a mistake in the list that was put right late. What was known for that time is kept as history; calls keep their cost until they are re-costed.'
      }
    >
      {reply ? (
        <Affected spans={reply.affected} onDone={() => change(false)} />
      ) : (
        <CorrectionForm {...props} onOpenChange={change} onDone={setReply} />
      )}
    </Dialog>
  );
}

interface Form {
  since: string;
}

function CorrectionForm(props: CorrectionDialogProps & { onDone: (reply: CorrectionReply) => void }) {
  const timeZone = useTimeZone();
  const pricesChanged = usePricesChanged();
  const { register, handleSubmit, setError, formState } = useForm<Form>({ defaultValues: { since: '' } });
  const { problem, show, clear } = useProblem<Form>(['since'], setError);
  const declare = useMutation({
    mutationFn: declareCorrection,
    onMutate: clear,
    onError: show,
    onSuccess: async (reply) => {
      props.onDone(reply);
      await pricesChanged();
    },
  });
  const submit = handleSubmit(({ since }) =>
    declare.mutate({
      ...(props.runId === undefined ? {} : { runId: props.runId }),
      modelKeys: [props.modelKey],
      since: since === '' ? null : instantOf(since, timeZone),
    }),
  );
  return (
    <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
      <FormError>{problem}</FormError>
      <Field
        label="It held since"
        type="date"
        hint="Empty: since ever."
        error={formState.errors.since?.message}
        {...register('since')}
      />
      <DialogActions>
        <Button onClick={() => props.onOpenChange(false)}>Cancel</Button>
        <Button type="submit" variant="primary" loading={declare.isPending}>
          Declare correction
        </Button>
      </DialogActions>
    </form>
  );
}

function Affected({ spans, onDone }: { spans: readonly AffectedSpan[]; onDone: () => void }) {
  const recost = useStartRecosting();
  // `null` is the beginning of time: then everything that is kept is looked at.
  const from = spans.some((span) => span.from === null) ? undefined : spans.map((span) => span.from ?? '').sort()[0];
  const to = spans
    .map((span) => span.to)
    .sort()
    .at(-1);
  return (
    <>
      <div className="mt-3 text-sm text-muted">
        {spans.length === 0 ? (
          <p>No calls have another price by it.</p>
        ) : (
          <>
            <p>Calls of this time now have another price. A preview shows the difference before anything changes.</p>
            <ul className="mt-2 flex flex-col gap-1">
              {spans.map((span) => (
                <li key={`${span.modelKey} ${span.to}`} className="flex justify-between gap-4">
                  <span className="min-w-0 truncate font-mono text-xs text-ink">{span.modelKey}</span>
                  <Span from={span.from} to={span.to} />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <DialogActions>
        <Button onClick={onDone}>{spans.length === 0 ? 'Done' : 'Not now'}</Button>
        {spans.length > 0 && (
          <Button
            variant="primary"
            loading={recost.isPending}
            onClick={() =>
              recost.mutate(
                { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
                { onSuccess: onDone },
              )
            }
          >
            Preview the re-costing
          </Button>
        )}
      </DialogActions>
    </>
  );
}
