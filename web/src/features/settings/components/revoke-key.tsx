import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiKey } from '@tokengrip/core/contract/accounts';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { keysQuery } from '../api/keys.ts';
import { revokeKey } from '../api/revoke-key.ts';

export function RevokeKey({ projectId, apiKey }: { projectId: number; apiKey: ApiKey }) {
  const [open, setOpen] = useState(false);
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: revokeKey,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keysQuery(projectId).queryKey });
      setOpen(false);
    },
  });
  return (
    <>
      <Button variant="ghost" size="sm" onClick={() => setOpen(true)} aria-label={`Revoke ${apiKey.name}`}>
        Revoke
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Revoke the key “${apiKey.name}”?`}
        consequence={
          <>
            Programs that use <span className="font-mono text-xs text-ink">{apiKey.prefix}…</span> stop recording at
            once, and it cannot be undone. What they recorded stays.
          </>
        }
        action="Revoke key"
        pending={revoke.isPending}
        error={revoke.error?.message}
        onConfirm={() => revoke.mutate({ projectId, keyId: apiKey.id })}
      />
    </>
  );
}
