import { useMutation, useQuery } from '@tanstack/react-query';
import type { ModelAlias } from '@tokengrip/core/contract/prices';
import { ArrowRight, Plus, Signpost } from 'lucide-react';
import { useState } from 'react';
import { ListPanel } from '../../../components/list-panel.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { ConfirmDialog } from '../../../components/ui/dialog.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { aliasesQuery, deleteAlias } from '../api/aliases.ts';
import { useMayChange, usePricesChanged } from '../use-prices.ts';
import { AliasDialog } from './alias-dialog.tsx';

/** Names that stand for a model of the price list. */
export function AliasesPanel() {
  const mayChange = useMayChange();
  const aliases = useQuery(aliasesQuery);
  const [creating, setCreating] = useState(false);
  const list = aliases.data?.aliases;
  const create = mayChange && (
    <Button size="sm" icon={<Plus size={14} aria-hidden />} onClick={() => setCreating(true)}>
      Add a name
    </Button>
  );
  return (
    <ListPanel
      title="Names"
      description="Deployments, routes and fine-tunes whose names say nothing, and the model that each stands for."
      query={aliases}
      list={list}
      action={create}
      empty={{
        icon: <Signpost size={18} aria-hidden />,
        title: 'No names yet',
        text: 'An Azure deployment of any name needs one to be priced.',
      }}
      head={
        <>
          <Th>Name</Th>
          <Th>Stands for</Th>
          <Th className="max-md:hidden">By</Th>
          <Th className="max-md:hidden">Since</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
      row={(alias) => <AliasRow key={alias.id} alias={alias} />}
      skeleton={{ rows: 2, columns: 5 }}
    >
      <AliasDialog open={creating} onOpenChange={setCreating} />
    </ListPanel>
  );
}

function AliasRow({ alias }: { alias: ModelAlias }) {
  const mayChange = useMayChange();
  const timeZone = useTimeZone();
  const patch = useSearchPatch();
  const pricesChanged = usePricesChanged();
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const close = (next: boolean) => !next && setOpen(undefined);
  const remove = useMutation({
    mutationFn: deleteAlias,
    onSuccess: async () => {
      setOpen(undefined);
      await pricesChanged();
    },
  });
  return (
    <tr className="border-t border-line">
      <Td className="max-w-60 min-w-32 max-sm:max-w-32 max-sm:min-w-24">
        <span className="block truncate font-mono text-xs font-medium text-ink" title={alias.name}>
          {alias.name}
          {alias.provider !== null && <span className="font-sans font-normal text-subtle"> of {alias.provider}</span>}
        </span>
      </Td>
      <Td className="w-full max-w-0 min-w-40 max-sm:min-w-28">
        <span className="flex items-center gap-2">
          <ArrowRight size={12} className="shrink-0 text-subtle" aria-hidden />
          <button
            type="button"
            title={`${alias.modelKey}: its price and history`}
            onClick={() => patch({ price: alias.modelKey })}
            className="min-w-0 truncate rounded-xs font-mono text-xs text-ink hover:underline"
          >
            {alias.modelKey}
          </button>
        </span>
      </Td>
      <Td className="text-xs text-muted max-md:hidden">{alias.createdBy?.name}</Td>
      <Td className="text-xs text-muted max-md:hidden">
        <RelativeTime instant={alias.createdAt} timeZone={timeZone} />
      </Td>
      <Td className="text-right">
        {mayChange && (
          <span className="inline-flex">
            <Button variant="ghost" size="sm" onClick={() => setOpen('edit')} aria-label={`Edit ${alias.name}`}>
              Edit
            </Button>
            <Button variant="ghost" size="sm" onClick={() => setOpen('delete')} aria-label={`Delete ${alias.name}`}>
              Delete
            </Button>
          </span>
        )}
        <AliasDialog open={open === 'edit'} onOpenChange={close} edited={alias} />
        <ConfirmDialog
          open={open === 'delete'}
          onOpenChange={close}
          title={`Delete the name “${alias.name}”?`}
          consequence={`Calls under this name are priced as ${alias.modelKey} no longer, and may have no cost. Calls until now keep theirs.`}
          action="Delete name"
          pending={remove.isPending}
          error={remove.error?.message}
          onConfirm={() => remove.mutate(alias.id)}
        />
      </Td>
    </tr>
  );
}
