import type { UnpricedModel } from '@tokengrip/core/contract/recosting';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Tokens } from '../../../components/ui/figures.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Td } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { groupName } from '../../../lib/names.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { useMayChange, useProjectFilter } from '../use-prices.ts';
import { whyUnpriced } from '../words.ts';
import { AliasDialog } from './alias-dialog.tsx';
import { OverrideDialog } from './override-dialog.tsx';
import { useStartRecosting } from './use-start-recosting.ts';

/** A model whose calls have no cost, why, and what can be done about it. */
export function UnpricedRow({ model }: { model: UnpricedModel }) {
  const timeZone = useTimeZone();
  const ready = model.now.costStatus === 'priced';
  return (
    <tr className="border-t border-line">
      <Td className="max-w-56 min-w-40 py-2 max-sm:max-w-36 max-sm:min-w-28 align-top">
        <span className="block truncate font-medium text-ink" title={model.model}>
          {groupName('model', model.model)}
        </span>
        <span className="block truncate text-xs text-subtle">{groupName('provider', model.provider)}</span>
        <span className="mt-1 block text-xs whitespace-normal text-muted sm:hidden">
          <Why model={model} ready={ready} />
        </span>
      </Td>
      <Td className="w-full min-w-56 py-2 align-top whitespace-normal text-muted max-sm:hidden">
        <Why model={model} ready={ready} />
      </Td>
      <Td numeric className="py-2 align-top text-ink">
        {formatCount(model.calls)}
      </Td>
      <Td numeric className="py-2 align-top text-muted max-lg:hidden">
        {model.costStatus === 'unreadable' ? '—' : <Tokens count={model.tokens} />}
      </Td>
      <Td className="py-2 align-top text-muted max-lg:hidden">
        <RelativeTime instant={model.lastSeen} timeZone={timeZone} />
      </Td>
      <Td className="py-1.5 text-right align-top">
        <Actions model={model} ready={ready} />
      </Td>
    </tr>
  );
}

const Why = ({ model, ready }: { model: UnpricedModel; ready: boolean }) => (
  <>
    {whyUnpriced(model)}
    {ready && (
      <span className="block text-xs text-good">
        There is a price by now{model.now.priceKey !== null && `: ${model.now.priceKey}`}.
      </span>
    )}
  </>
);

/** A re-costing is narrowed by names; a call without one is found without. */
const namesOf = ({ provider, model }: UnpricedModel) => ({
  ...(provider === '' ? {} : { provider: [provider] }),
  ...(model === '' ? {} : { model: [model] }),
});

function Actions({ model, ready }: { model: UnpricedModel; ready: boolean }) {
  const mayChange = useMayChange();
  const projects = useProjectFilter();
  const recost = useStartRecosting();
  const [open, setOpen] = useState<'price' | 'alias'>();
  const close = (next: boolean) => !next && setOpen(undefined);
  if (!mayChange) return ready ? <Badge tone="good">can be priced</Badge> : null;
  if (ready) {
    return (
      <Button
        size="sm"
        loading={recost.isPending}
        onClick={() => recost.mutate({ ...projects, ...namesOf(model), onlyUnpriced: true })}
        aria-label={`Re-cost ${model.model}`}
      >
        Re-cost now
      </Button>
    );
  }
  if (model.costStatus === 'unreadable') return <span className="text-xs text-subtle">Needs a newer reader</span>;
  // What the list has under another key gets its price there.
  const modelKey = model.now.priceKey ?? model.model;
  return (
    <span className="inline-flex gap-1.5 max-sm:flex-col max-sm:items-end">
      <Button size="sm" onClick={() => setOpen('price')} aria-label={`Set a price for ${model.model}`}>
        Set a price
      </Button>
      <Button
        size="sm"
        variant="ghost"
        onClick={() => setOpen('alias')}
        aria-label={`${model.model} is another name for a model`}
      >
        Another name for…
      </Button>
      <OverrideDialog open={open === 'price'} onOpenChange={close} initial={{ modelKey, provider: model.provider }} />
      <AliasDialog
        open={open === 'alias'}
        onOpenChange={close}
        initial={{ name: model.model, provider: model.provider }}
      />
    </span>
  );
}
