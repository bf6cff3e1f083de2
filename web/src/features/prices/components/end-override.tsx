import { useMutation } from '@tanstack/react-query';
import type { PriceOverride } from '@tokengrip/core/contract/prices';
import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { deleteOverride, endOverride } from '../api/overrides.ts';
import { usePricesChanged } from '../use-prices.ts';

/** Lets a price of one's own hold no longer; what it priced stays as it is. */
export function EndOverride({ override: { id, modelKey } }: { override: PriceOverride }) {
  const [open, setOpen] = useState(false);
  const pricesChanged = usePricesChanged();
  const end = useMutation({
    mutationFn: endOverride,
    onSuccess: async () => {
      await pricesChanged();
      setOpen(false);
    },
  });
  return (
    <>
      <Button variant="ghost" size="sm" onClick={() => setOpen(true)} aria-label={`End the price of ${modelKey}`}>
        End
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`End your price of ${modelKey} now?`}
        consequence="From now on its calls cost what the price list says; without one there, they have no cost. Calls until now keep theirs."
        action="End price"
        pending={end.isPending}
        error={end.error?.message}
        onConfirm={() => end.mutate({ id })}
      />
    </>
  );
}

/** Takes a price back as if it had never held. */
export function DeleteOverride({ override: { id, modelKey } }: { override: PriceOverride }) {
  const [open, setOpen] = useState(false);
  const pricesChanged = usePricesChanged();
  const remove = useMutation({
    mutationFn: deleteOverride,
    onSuccess: async () => {
      setOpen(false);
      await pricesChanged();
    },
  });
  return (
    <>
      <Button variant="ghost" size="sm" onClick={() => setOpen(true)} aria-label={`Delete the price of ${modelKey}`}>
        Delete
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={`Delete your price of ${modelKey}?`}
        consequence="It will be as if it had never held. Calls that it priced keep their cost until they are re-costed."
        action="Delete price"
        pending={remove.isPending}
        error={remove.error?.message}
        onConfirm={() => remove.mutate(id)}
      />
    </>
  );
}
