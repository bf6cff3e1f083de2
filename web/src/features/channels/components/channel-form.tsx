import { useMutation } from '@tanstack/react-query';
import type { Channel } from '@tokengrip/core/contract/channels';
import { Controller, useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { Button } from '../../../components/ui/button.tsx';
import { DialogActions } from '../../../components/ui/dialog.tsx';
import { Checkbox, Field, FormError } from '../../../components/ui/field.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { CHANNEL_LABELS, KIND_LABELS, KINDS } from '../../../lib/alert-words.ts';
import { useTimeZone } from '../../../lib/api/me.ts';
import { atFirstName } from '../../../lib/field-names.ts';
import { createChannel, updateChannel } from '../api/channels.ts';
import { type ChannelInput, changeOf, inputOf } from '../channel-input.ts';
import { useChannelsChanged } from '../use-channels.ts';
import { DestinationField } from './destination-field.tsx';

export interface ChannelFormProps {
  edited: Channel | undefined;
  /** Whether this installation sends mail. */
  mail: boolean;
  onCancel: () => void;
  /** With the secret of a new webhook, which is shown once. */
  onSaved: (secret: string | null) => void;
}

/** What a new channel is told of, if nobody says otherwise: everything but the report. */
const DEFAULT_KINDS = KINDS.filter((kind) => kind !== 'digest');

export function ChannelForm({ edited, mail, onCancel, onSaved }: ChannelFormProps) {
  const changed = useChannelsChanged();
  const timeZone = useTimeZone();
  const { register, control, handleSubmit, setError, watch, formState } = useForm<ChannelInput>({
    defaultValues: inputOf(edited, DEFAULT_KINDS),
  });
  const { errors } = formState;
  const { problem, show, clear } = useProblem<ChannelInput>(['name', 'addresses', 'url', 'routingKey'], setError);
  const save = useMutation({
    mutationFn: async (input: ChannelInput) => {
      const change = changeOf(input);
      if (edited) return { channel: await updateChannel({ id: edited.id, change }), secret: null };
      return createChannel({ kind: input.kind, ...change });
    },
    onMutate: clear,
    onError: (error) => show(atFirstName(error)),
    onSuccess: async ({ channel, secret }) => {
      await changed();
      onSaved(secret);
      toast(edited ? `${channel.name} is changed.` : `${channel.name} is ready. Send a test to be sure.`);
    },
  });
  const kind = watch('kind');
  const quiet = watch('quiet');
  return (
    <form
      noValidate
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) => void handleSubmit((input) => save.mutate(input))(event)}
    >
      <FormError>{problem}</FormError>
      {!edited && (
        <Controller
          control={control}
          name="kind"
          render={({ field }) => (
            <Segmented
              label="Kind of the channel"
              value={field.value}
              onChange={field.onChange}
              className="self-start"
              options={(['email', 'slack', 'webhook', 'pagerduty'] as const).map((value) => ({
                value,
                label: CHANNEL_LABELS[value],
              }))}
            />
          )}
        />
      )}
      <Field
        label="Name"
        autoComplete="off"
        placeholder="On call"
        error={errors.name?.message}
        {...register('name', { validate: (name) => name.trim() !== '' || 'Enter a name.' })}
      />
      <DestinationField kind={kind} edited={edited} mail={mail} register={register} errors={errors} />
      <Controller
        control={control}
        name="kinds"
        render={({ field }) => (
          <fieldset>
            <legend className="mb-2 text-xs font-medium text-ink">Told of</legend>
            <div className="grid gap-2 sm:grid-cols-2">
              {KINDS.map((value) => (
                <Checkbox
                  key={value}
                  label={KIND_LABELS[value]}
                  checked={field.value.includes(value)}
                  onChange={(event) =>
                    field.onChange(
                      event.target.checked ? [...field.value, value] : field.value.filter((one) => one !== value),
                    )
                  }
                />
              ))}
            </div>
          </fieldset>
        )}
      />
      <div className="flex flex-col gap-3">
        <Checkbox
          label="Quiet hours"
          hint={`Nothing is sent then; what is due is sent when they end. In the time of ${timeZone}.`}
          {...register('quiet')}
        />
        {quiet && (
          <div className="ml-6.5 flex flex-col gap-3">
            <div className="flex gap-3">
              <Field label="From" type="time" className="w-32" {...register('quietStart', { required: true })} />
              <Field label="To" type="time" className="w-32" {...register('quietEnd', { required: true })} />
            </div>
            <Checkbox label="What is critical is sent at any hour" {...register('passCritical')} />
          </div>
        )}
        {edited && <Checkbox label="Switched on" hint="Otherwise nothing is sent by it." {...register('enabled')} />}
      </div>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={save.isPending}>
          {edited ? 'Save channel' : 'Create channel'}
        </Button>
      </DialogActions>
    </form>
  );
}
