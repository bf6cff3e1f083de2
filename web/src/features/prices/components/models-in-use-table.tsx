import { useQuery } from '@tanstack/react-query';
import type { ModelInUse } from '@tokengrip/core/contract/prices';
import { Boxes, SearchX } from 'lucide-react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Money } from '../../../components/ui/figures.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { cn } from '../../../lib/cn.ts';
import { sumPlaces } from '../../../lib/money.ts';
import { groupName } from '../../../lib/names.ts';
import { formatCount, formatPercent } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { modelsInUseQuery } from '../api/models-in-use.ts';
import { usePeriodOfProjects, usePricesSearch } from '../use-prices.ts';
import { matchText, reasonText } from '../words.ts';
import { Rate } from './rate.tsx';

/** Models of the period, the dearest first. */
export function ModelsInUseTable() {
  const { q } = usePricesSearch();
  const patch = useSearchPatch();
  const used = useQuery(modelsInUseQuery(usePeriodOfProjects()));
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const models = used.data?.models.filter(({ provider, model, modelKey }) => {
    const text = `${provider} ${model} ${modelKey ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });

  if (used.isError && !used.data) {
    return <ErrorState error={used.error} what="Models" onRetry={() => void used.refetch()} className="flex-1" />;
  }
  if (used.data?.models.length === 0) {
    return (
      <EmptyState
        icon={<Boxes size={18} aria-hidden />}
        title="No calls in this period"
        className="flex-1"
        actions={
          <Button size="sm" onClick={() => patch({ list: 'all' })}>
            Look into the price list
          </Button>
        }
      >
        Models appear here with the first call, the dearest first.
      </EmptyState>
    );
  }
  if (models?.length === 0) {
    return (
      <EmptyState
        icon={<SearchX size={18} aria-hidden />}
        title={`No model in use matches “${q}”`}
        className="flex-1"
        actions={
          <Button size="sm" onClick={() => patch({ list: 'all' })}>
            Search the whole price list
          </Button>
        }
      />
    );
  }
  const places = sumPlaces(models?.map(({ cost }) => cost) ?? []);
  return (
    <div className={cn('pb-1.5 transition-opacity duration-150', used.isPlaceholderData && 'opacity-60')}>
      <Table>
        <thead>
          <tr>
            <Th>Model</Th>
            <Th className="max-md:hidden">Provider</Th>
            <Th numeric title="USD per million input tokens">
              Input
            </Th>
            <Th numeric title="USD per million output tokens">
              Output
            </Th>
            <Th numeric className="max-xl:hidden" title="USD per million tokens read from a cache">
              Cache read
            </Th>
            <Th numeric className="max-xl:hidden" title="USD per million tokens written to a cache">
              Cache write
            </Th>
            <Th numeric className="max-sm:hidden">
              Calls
            </Th>
            <Th numeric>Spend</Th>
            <Th numeric>Priced</Th>
            <Th>Price</Th>
          </tr>
        </thead>
        <tbody>
          {models ? (
            models.map((model) => <ModelRow key={`${model.provider}\n${model.model}`} model={model} places={places} />)
          ) : (
            <SkeletonRows rows={8} columns={10} />
          )}
        </tbody>
      </Table>
      <p className="border-t border-line px-4 pt-2 pb-1 text-xs text-subtle">
        Rates are USD per million tokens.
        {used.data?.truncated && ` The dearest ${formatCount(used.data.models.length)} models are listed.`}
      </p>
    </div>
  );
}

function ModelRow({ model, places }: { model: ModelInUse; places: number }) {
  const patch = useSearchPatch();
  const rates = model.price?.entry.rates;
  const missing = model.calls - model.pricedCalls;
  const { modelKey } = model;
  const name = groupName('model', model.model);
  return (
    <tr className="group relative border-t border-line transition-colors hover:bg-hover">
      <Td className="w-full max-w-0 min-w-36 sm:min-w-44">
        <button
          type="button"
          title={modelKey === null ? `${name}: give it a price` : `${name}: its price and history`}
          onClick={() => patch(modelKey === null ? { tab: 'coverage', q: undefined } : { price: modelKey })}
          className="block w-full truncate text-left font-medium text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {name}
        </button>
      </Td>
      <Td className="text-muted max-md:hidden">{groupName('provider', model.provider)}</Td>
      <Td numeric>
        <Rate rates={rates} name="input_cost_per_token" />
      </Td>
      <Td numeric>
        <Rate rates={rates} name="output_cost_per_token" />
      </Td>
      <Td numeric className="text-muted max-xl:hidden">
        <Rate rates={rates} name="cache_read_input_token_cost" />
      </Td>
      <Td numeric className="text-muted max-xl:hidden">
        <Rate rates={rates} name="cache_creation_input_token_cost" />
      </Td>
      <Td numeric className="text-muted max-sm:hidden">
        {formatCount(model.calls)}
      </Td>
      <Td numeric className="font-medium text-ink">
        <Money usd={model.pricedCalls === 0 ? null : model.cost} places={places} className="relative" />
      </Td>
      <Td
        numeric
        className={missing > 0 ? 'text-warn' : 'text-muted'}
        title={missing > 0 ? `${formatCount(missing)} calls have no cost` : undefined}
      >
        {formatPercent(model.calls === 0 ? 1 : model.pricedCalls / model.calls)}
      </Td>
      <Td className="max-w-56">
        <PriceMark model={model} />
      </Td>
    </tr>
  );
}

/** Which price it is, and what to know about it. */
function PriceMark({ model }: { model: ModelInUse }) {
  const { modelKey, price, otherProvider } = model;
  if (modelKey === null) {
    return (
      <Badge tone="warn" title={matchText(model)}>
        no price
      </Badge>
    );
  }
  return (
    <span className="flex items-center gap-1.5">
      {/* In the way of the row's own button only where something is said on hover. */}
      <span
        className="relative min-w-0 truncate font-mono text-xs text-muted"
        title={`${modelKey} — ${matchText(model)}`}
      >
        {modelKey}
      </span>
      {price?.origin === 'override' && <Badge tone="accent">override</Badge>}
      {otherProvider && (
        <Badge tone="warn" title={matchText(model)}>
          approximate
        </Badge>
      )}
      {price === null && <Badge tone="warn">not in effect</Badge>}
      {price?.gap && (
        <Badge tone="warn" title={reasonText(price.gap)}>
          no rate
        </Badge>
      )}
    </span>
  );
}
