import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { PersonalToken } from '@tokengrip/core/contract/teams';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useProblem } from '../../../components/forms/use-problem.ts';
import { SecretKey } from '../../../components/secret-key.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { Field, FormError } from '../../../components/ui/field.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useMe, useTimeZone } from '../../../lib/api/me.ts';
import { formatDate } from '../../../lib/time.ts';
import { createToken, deleteToken, tokensQuery } from '../api/tokens.ts';

/** Personal tokens for the read API, of the organization at hand. */
export function TokensPanel() {
  const { organization } = useMe();
  const [creating, setCreating] = useState(false);
  const tokens = useQuery(tokensQuery);
  return (
    <Panel aria-label="Personal access tokens">
      <PanelHeader
        title="Personal access tokens"
        description={`For programs that read the figures of ${organization.name} as you.`}
        actions={
          <Button size="sm" onClick={() => setCreating(true)}>
            Create token
          </Button>
        }
        className="py-3"
      />
      {tokens.data && tokens.data.tokens.length > 0 && (
        <ul>
          {tokens.data.tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
      <CreateTokenDialog open={creating} onOpenChange={setCreating} />
    </Panel>
  );
}

function TokenRow({ token }: { token: PersonalToken }) {
  const timeZone = useTimeZone();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: deleteToken,
    onError: (error) => toast(error.message, 'bad'),
    onSettled: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  return (
    <li className="flex items-center gap-3 border-t border-line px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm text-ink">{token.name}</p>
        <p className="mt-0.5 text-xs text-subtle">
          <span className="font-mono">{token.prefix}…</span>
          {' · '}
          {token.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              used <RelativeTime instant={token.lastUsedAt} timeZone={timeZone} />
            </>
          )}
          {token.expiresAt !== null && ` · ends ${formatDate(token.expiresAt, timeZone)}`}
        </p>
      </div>
      <Button
        size="sm"
        variant="ghost"
        aria-label={`Revoke the token ${token.name}`}
        loading={remove.isPending}
        onClick={() => remove.mutate(token.id)}
      >
        Revoke
      </Button>
    </li>
  );
}

const LIVES = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: '', label: 'Never' },
] as const;

interface Form {
  name: string;
  lifeDays: (typeof LIVES)[number]['value'];
}

const DAY_MS = 86_400_000;

function CreateTokenDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const client = useQueryClient();
  const { register, handleSubmit, setError, formState, reset } = useForm<Form>({
    defaultValues: { name: '', lifeDays: '90' },
  });
  const { problem, show, clear } = useProblem<Form>(['name'], setError);
  const create = useMutation({
    mutationFn: createToken,
    onMutate: clear,
    onError: show,
    onSuccess: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  const toggle = (next: boolean) => {
    onOpenChange(next);
    if (next) return;
    create.reset();
    reset();
  };
  const submit = ({ name, lifeDays }: Form) =>
    create.mutate({
      name,
      expiresAt: lifeDays === '' ? null : new Date(Date.now() + Number(lifeDays) * DAY_MS).toISOString(),
    });
  return (
    <Dialog open={open} onOpenChange={toggle} title={create.data ? 'Your new token' : 'Create a token'}>
      {create.data ? (
        <div className="mt-4">
          <SecretKey secret={create.data.secret} />
          <DialogActions>
            <Button variant="primary" onClick={() => toggle(false)}>
              Done
            </Button>
          </DialogActions>
        </div>
      ) : (
        <form noValidate className="mt-4 flex flex-col gap-4" onSubmit={(event) => void handleSubmit(submit)(event)}>
          <FormError>{problem}</FormError>
          <Field
            label="Name"
            autoComplete="off"
            error={formState.errors.name?.message}
            {...register('name', { validate: (name) => name.trim() !== '' || 'Enter a name.' })}
          />
          <SelectField label="It ends" options={LIVES} {...register('lifeDays')} />
          <DialogActions>
            <Button onClick={() => toggle(false)}>Cancel</Button>
            <Button type="submit" variant="primary" loading={create.isPending}>
              Create token
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}
