import { useQuery } from '@tanstack/react-query';
import type { PriceOverride } from '@tokengrip/core/contract/prices';
import { Plus, Tags } from 'lucide-react';
import { useState } from 'react';
import { ListPanel } from '../../../components/list-panel.tsx';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Td, Th } from '../../../components/ui/table.tsx';
import { cn } from '../../../lib/cn.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { overridesQuery } from '../api/overrides.ts';
import { useMayChange } from '../use-prices.ts';
import { DeleteOverride, EndOverride } from './end-override.tsx';
import { OverrideDialog } from './override-dialog.tsx';
import { RateLine } from './rate.tsx';
import { Span } from './span.tsx';

const STATES = {
  active: { label: 'in effect', tone: 'good' },
  future: { label: 'to come', tone: 'accent' },
  ended: { label: 'ended', tone: 'neutral' },
} as const;

export function OverridesPanel() {
  const mayChange = useMayChange();
  const overrides = useQuery(overridesQuery);
  const [creating, setCreating] = useState(false);
  const list = overrides.data?.overrides;
  const create = mayChange && (
    <Button
      size="sm"
      variant={list?.length === 0 ? 'primary' : 'secondary'}
      icon={<Plus size={14} aria-hidden />}
      onClick={() => setCreating(true)}
    >
      Set a price
    </Button>
  );
  return (
    <ListPanel
      title="Your own prices"
      description="Discounts, models of your own, models that the price list does not have. They win over the list."
      query={overrides}
      list={list}
      action={create}
      empty={{
        icon: <Tags size={18} aria-hidden />,
        title: 'No prices of your own',
        text: 'All calls cost what the price list says.',
      }}
      head={
        <>
          <Th>Model</Th>
          <Th>Rates</Th>
          <Th className="max-md:hidden">Holds</Th>
          <Th className="max-lg:hidden">Note</Th>
          <Th className="max-xl:hidden">By</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
      row={(override) => <OverrideRow key={override.id} override={override} />}
      skeleton={{ rows: 3, columns: 6 }}
    >
      <OverrideDialog open={creating} onOpenChange={setCreating} />
    </ListPanel>
  );
}

function OverrideRow({ override }: { override: PriceOverride }) {
  const mayChange = useMayChange();
  const patch = useSearchPatch();
  const [editing, setEditing] = useState(false);
  const { modelKey, state, kind } = override;
  const ended = state === 'ended';
  return (
    <tr className={cn('border-t border-line', ended && 'text-subtle')}>
      <Td className="max-w-60 min-w-40">
        <span className="flex items-center gap-2">
          <button
            type="button"
            title={`${modelKey}: its price and history`}
            onClick={() => patch({ price: modelKey })}
            className="min-w-0 truncate rounded-xs font-mono text-xs font-medium hover:underline"
          >
            {modelKey}
          </button>
          <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge>
        </span>
      </Td>
      <Td className="text-xs">
        <RateLine rates={override.rates} most={2} />
        {kind === 'replacement' && <span className="text-subtle"> · in place of the list’s</span>}
      </Td>
      <Td className="text-xs text-muted max-md:hidden">
        <Span from={override.effectiveFrom} to={override.effectiveTo} />
      </Td>
      <Td className="w-full max-w-0 min-w-24 truncate text-xs text-muted max-lg:hidden" title={override.note ?? ''}>
        {override.note}
      </Td>
      <Td className="text-xs text-muted max-xl:hidden">{override.createdBy?.name}</Td>
      <Td className="text-right">
        {mayChange && (
          <span className="inline-flex">
            {!ended && (
              <>
                <Button
                  variant="ghost"
                  size="sm"
                  onClick={() => setEditing(true)}
                  aria-label={`Edit the price of ${modelKey}`}
                >
                  Edit
                </Button>
                {state === 'active' && <EndOverride override={override} />}
              </>
            )}
            <DeleteOverride override={override} />
          </span>
        )}
        <OverrideDialog open={editing} onOpenChange={setEditing} edited={override} />
      </Td>
    </tr>
  );
}
