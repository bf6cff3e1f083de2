import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiKey } from '@tokengrip/core/contract/accounts';
import { useState } from 'react';
import { SecretKey } from '../../../components/secret-key.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { FormError } from '../../../components/ui/field.tsx';
import { SelectField } from '../../../components/ui/select-field.tsx';
import { keysQuery } from '../api/keys.ts';
import { rotateKey } from '../api/rotate-key.ts';

const OVERLAPS = [
  { value: '0', label: 'At once' },
  { value: '1', label: 'In an hour' },
  { value: '24', label: 'In a day' },
  { value: '168', label: 'In a week' },
] as const;

/** A new key in the place of one, without a gap. */
export function RotateKey({ projectId, apiKey }: { projectId: number; apiKey: ApiKey }) {
  const [open, setOpen] = useState(false);
  const [overlapHours, setOverlapHours] = useState('24');
  const client = useQueryClient();
  const rotate = useMutation({
    mutationFn: rotateKey,
    onSuccess: () => client.invalidateQueries({ queryKey: keysQuery(projectId).queryKey }),
  });
  const toggle = (next: boolean) => {
    setOpen(next);
    if (!next) rotate.reset();
  };
  return (
    <>
      <Button variant="ghost" size="sm" onClick={() => setOpen(true)} aria-label={`Rotate ${apiKey.name}`}>
        Rotate
      </Button>
      <Dialog
        open={open}
        onOpenChange={toggle}
        title={rotate.data ? 'The new key' : `Rotate the key “${apiKey.name}”`}
        description={
          rotate.data ? undefined : 'A new key with the same name and scopes. The old one works on until then.'
        }
      >
        {rotate.data ? (
          <div className="mt-4">
            <SecretKey secret={rotate.data.secret} />
            <DialogActions>
              <Button variant="primary" onClick={() => toggle(false)}>
                Done
              </Button>
            </DialogActions>
          </div>
        ) : (
          <form
            className="mt-4 flex flex-col gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              rotate.mutate({ projectId, keyId: apiKey.id, overlapHours: Number(overlapHours) });
            }}
          >
            <FormError>{rotate.error?.message}</FormError>
            <SelectField
              label="The old key ends"
              options={OVERLAPS}
              value={overlapHours as (typeof OVERLAPS)[number]['value']}
              onChange={(event) => setOverlapHours(event.target.value)}
            />
            <DialogActions>
              <Button onClick={() => toggle(false)}>Cancel</Button>
              <Button type="submit" variant="primary" loading={rotate.isPending}>
                Make the new key
              </Button>
            </DialogActions>
          </form>
        )}
      </Dialog>
    </>
  );
}
