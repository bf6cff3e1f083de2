import { useMutation } from '@tanstack/react-query';
import type { Channel } from '@tokengrip/core/contract/channels';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { FormError } from '../../../components/ui/field.tsx';
import { rotateSecret } from '../api/channels.ts';
import { useChannelsChanged } from '../use-channels.ts';
import { WebhookSecret } from './webhook-secret.tsx';

export interface RotateDialogProps {
  channel: Channel;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** A new secret in the place of one, without a gap. */
export function RotateDialog({ channel, open, onOpenChange }: RotateDialogProps) {
  const changed = useChannelsChanged();
  const rotate = useMutation({ mutationFn: rotateSecret, onSuccess: changed });
  const close = () => {
    onOpenChange(false);
    rotate.reset();
  };
  const secret = rotate.data?.secret ?? null;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={secret === null ? `A new secret for “${channel.name}”` : 'The new secret'}
      description={
        secret === null
          ? 'For a day every request is signed with both, so that your program can be changed in between.'
          : undefined
      }
    >
      {secret === null ? (
        <>
          <FormError>{rotate.error?.message}</FormError>
          <DialogActions>
            <Button onClick={close}>Cancel</Button>
            <Button variant="primary" loading={rotate.isPending} onClick={() => rotate.mutate(channel.id)}>
              Make a new secret
            </Button>
          </DialogActions>
        </>
      ) : (
        <>
          <WebhookSecret secret={secret} />
          <DialogActions>
            <Button variant="primary" onClick={close}>
              Done
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  );
}
