import { useQuery } from '@tanstack/react-query';
import type { CatalogPage } from '@tokengrip/core/contract/prices';
import { ChevronLeft, ChevronRight, SearchX } from 'lucide-react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { catalogQuery } from '../../../lib/api/catalog.ts';
import { cn } from '../../../lib/cn.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { USUAL_RATES } from '../rates.ts';
import { usePricesSearch } from '../use-prices.ts';
import { reasonText } from '../words.ts';
import { Rate, RateLine } from './rate.tsx';

const PAGE_SIZE = 50;

/** Every key that a price is known for, page by page. */
export function CatalogTable() {
  const { q, page = 1 } = usePricesSearch();
  const patch = useSearchPatch();
  const catalog = useQuery(
    catalogQuery({ ...(q === undefined ? {} : { search: q }), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }),
  );
  const { data } = catalog;
  if (catalog.isError && !data) {
    return (
      <ErrorState
        error={catalog.error}
        what="The price list"
        onRetry={() => void catalog.refetch()}
        className="flex-1"
      />
    );
  }
  if (data && data.models.length === 0) {
    return (
      <EmptyState
        icon={<SearchX size={18} aria-hidden />}
        title={q === undefined ? 'The price list ends before this page' : `No model matches “${q}”`}
        className="flex-1"
        actions={
          <Button size="sm" onClick={() => patch({ q: undefined, page: undefined })}>
            Show the whole list
          </Button>
        }
      >
        A model that the list does not have gets its price by an override.
      </EmptyState>
    );
  }
  const pages = data ? Math.ceil(data.total / PAGE_SIZE) : 1;
  const goTo = (next: number) => patch({ page: next === 1 ? undefined : next });
  return (
    <div className={cn('pb-1.5 transition-opacity duration-150', catalog.isPlaceholderData && 'opacity-60')}>
      <Table>
        <thead>
          <tr>
            <Th>Model</Th>
            <Th className="max-md:hidden">Provider</Th>
            <Th numeric>Input</Th>
            <Th numeric>Output</Th>
            <Th numeric className="max-lg:hidden">
              Cache read
            </Th>
            <Th numeric className="max-lg:hidden">
              Cache write
            </Th>
            <Th className="max-xl:hidden">Other rates</Th>
          </tr>
        </thead>
        <tbody>
          {data ? (
            data.models.map((model) => <CatalogRow key={model.modelKey} model={model} />)
          ) : (
            <SkeletonRows rows={12} columns={7} />
          )}
        </tbody>
      </Table>
      <footer className="flex min-h-10 items-center justify-between gap-3 border-t border-line px-4 pt-1.5 text-xs text-subtle nums">
        <span>
          {data &&
            `${formatCount((page - 1) * PAGE_SIZE + 1)}–${formatCount((page - 1) * PAGE_SIZE + data.models.length)} of ${formatCount(data.total)} models`}
        </span>
        <span className="flex gap-1">
          <Button
            variant="ghost"
            size="sm"
            square
            aria-label="Previous page"
            disabled={page <= 1}
            onClick={() => goTo(page - 1)}
          >
            <ChevronLeft size={14} aria-hidden />
          </Button>
          <Button
            variant="ghost"
            size="sm"
            square
            aria-label="Next page"
            disabled={page >= pages}
            onClick={() => goTo(page + 1)}
          >
            <ChevronRight size={14} aria-hidden />
          </Button>
        </span>
      </footer>
    </div>
  );
}

function CatalogRow({ model: { modelKey, price } }: { model: CatalogPage['models'][number] }) {
  const patch = useSearchPatch();
  const rates = price?.entry.rates ?? {};
  const others = Object.fromEntries(
    Object.entries(rates).filter(([name]) => !USUAL_RATES.some((usual) => usual === name)),
  );
  return (
    <tr className="relative border-t border-line transition-colors hover:bg-hover">
      <Td className="w-1/3 max-w-0 min-w-44">
        <span className="flex items-center gap-2">
          <button
            type="button"
            title={modelKey}
            onClick={() => patch({ price: modelKey })}
            className="min-w-0 truncate text-left font-mono text-xs text-ink after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
          >
            {modelKey}
          </button>
          {price?.origin === 'override' && <Badge tone="accent">override</Badge>}
          {price?.gap && (
            <Badge tone="warn" title={reasonText(price.gap)}>
              no rate
            </Badge>
          )}
        </span>
      </Td>
      <Td className="text-muted max-md:hidden">{price?.entry.provider ?? <span className="text-subtle">—</span>}</Td>
      {USUAL_RATES.map((name, index) => (
        <Td key={name} numeric className={index > 1 ? 'text-muted max-lg:hidden' : ''}>
          <Rate rates={rates} name={name} />
        </Td>
      ))}
      <Td className="max-w-80 overflow-hidden text-xs text-ellipsis max-xl:hidden">
        <RateLine rates={others} most={1} />
      </Td>
    </tr>
  );
}
