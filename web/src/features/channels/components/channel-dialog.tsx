import type { Channel, ChannelList } from '@tokengrip/core/contract/channels';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog, DialogActions } from '../../../components/ui/dialog.tsx';
import { ChannelForm } from './channel-form.tsx';
import { WebhookSecret } from './webhook-secret.tsx';

export interface ChannelDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  list: ChannelList | undefined;
  /** The channel that is edited. */
  edited?: Channel;
}

export function ChannelDialog({ open, onOpenChange, list, edited }: ChannelDialogProps) {
  const [secret, setSecret] = useState<string>();
  const close = () => {
    onOpenChange(false);
    setSecret(undefined);
  };
  const title = edited ? `Edit ${edited.name}` : 'New channel';
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={secret === undefined ? title : 'The secret of the webhook'}
      {...(secret === undefined ? { description: 'Where alerts are sent, and which.' } : {})}
      className="top-[5vh]! max-h-[90vh] w-[36rem]! overflow-y-auto"
    >
      {secret === undefined ? (
        <ChannelForm
          edited={edited}
          mail={list?.mail ?? true}
          onCancel={close}
          onSaved={(shown) => (shown === null ? close() : setSecret(shown))}
        />
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
