import { useQuery } from '@tanstack/react-query';
import type { PriceHistory } from '@tokengrip/core/contract/prices';
import { History, Pencil } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Sheet } from '../../../components/ui/dialog.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { ErrorState } from '../../../components/ui/states.tsx';
import { useMinute } from '../../../lib/now.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { historyQuery } from '../api/history.ts';
import { priceSteps } from '../price-steps.ts';
import { useMayChange, usePricesSearch } from '../use-prices.ts';
import { CorrectionDialog } from './correction-dialog.tsx';
import { OverrideDialog } from './override-dialog.tsx';
import { PriceChart } from './price-chart.tsx';
import { RateLine, RateList } from './rate.tsx';
import { Span } from './span.tsx';
import { VersionsTable } from './versions-table.tsx';

/** The price of a model and its history, beside the page that named it. */
export function ModelSheet() {
  const { price } = usePricesSearch();
  const patch = useSearchPatch();
  return (
    <Sheet
      open={price !== undefined}
      onOpenChange={(open) => !open && patch({ price: undefined, view: undefined })}
      title={<span className="font-mono text-sm">{price ?? ''}</span>}
      className="w-[46rem]! max-sm:max-w-full!"
    >
      {price !== undefined && <ModelPrice key={price} modelKey={price} />}
    </Sheet>
  );
}

function ModelPrice({ modelKey }: { modelKey: string }) {
  const history = useQuery(historyQuery(modelKey));
  if (history.isError && !history.data) {
    return <ErrorState error={history.error} what="The price" onRetry={() => void history.refetch()} />;
  }
  if (!history.data) {
    return (
      <div className="flex flex-col gap-4 px-5 py-5" aria-hidden>
        <Skeleton className="h-4 w-40" />
        <Skeleton className="h-24 w-full" />
        <Skeleton className="h-72 w-full" />
      </div>
    );
  }
  return <Details history={history.data} asOf={history.dataUpdatedAt} />;
}

function Details({ history, asOf }: { history: PriceHistory; asOf: number }) {
  const mayChange = useMayChange();
  // A price that came within this minute is in effect already.
  const now = Math.max(useMinute(), asOf);
  const [open, setOpen] = useState<'price' | 'correction'>();
  const close = (next: boolean) => !next && setOpen(undefined);
  const { modelKey, versions, overrides } = history;
  const present = priceSteps(history).find(({ from, to }) => from <= now && now < to);
  const listed = versions.find(
    ({ supersededAt, effectiveTo }) => supersededAt === null && (effectiveTo === null || Date.parse(effectiveTo) > now),
  );
  const provider = listed?.entry.provider ?? overrides[0]?.provider ?? undefined;
  // The first version holds since ever already.
  const correctable = listed !== undefined && listed.effectiveFrom !== null;
  return (
    <div className="flex flex-col divide-y divide-line">
      <section aria-label="Price today" className="px-5 py-4">
        <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
          <p className="flex items-center gap-2 text-xs font-medium text-muted">
            Price today
            {present?.own && <Badge tone="accent">override</Badge>}
            {provider !== undefined && <span className="font-normal text-subtle">{provider}</span>}
            {listed?.entry.mode !== undefined && <span className="font-normal text-subtle">{listed.entry.mode}</span>}
          </p>
          {mayChange && (
            <span className="flex gap-2">
              {correctable && (
                <Button size="sm" icon={<History size={13} aria-hidden />} onClick={() => setOpen('correction')}>
                  It held earlier
                </Button>
              )}
              <Button size="sm" icon={<Pencil size={13} aria-hidden />} onClick={() => setOpen('price')}>
                Set your own
              </Button>
            </span>
          )}
        </div>
        {present && Object.keys(present.rates).length > 0 ? (
          <RateList rates={present.rates} />
        ) : (
          <p className="text-sm text-subtle">No rate is in effect: calls to this model have no cost.</p>
        )}
      </section>
      <PriceChart history={history} now={now} />
      {overrides.length > 0 && (
        <section aria-label="Your own prices" className="px-5 py-4">
          <p className="text-xs font-medium text-muted">Your own prices</p>
          <ul className="mt-2 flex flex-col gap-2 text-sm">
            {overrides.map((override) => (
              <li key={override.id} className="flex flex-wrap items-baseline justify-between gap-x-4">
                <RateLine rates={override.rates} wrap />
                <span className="text-xs text-subtle">
                  <Span from={override.effectiveFrom} to={override.effectiveTo} />
                  {override.note && ` · ${override.note}`}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {versions.length > 0 && <VersionsTable versions={versions} />}
      <OverrideDialog open={open === 'price'} onOpenChange={close} initial={{ modelKey, provider }} />
      <CorrectionDialog open={open === 'correction'} onOpenChange={close} modelKey={modelKey} />
    </div>
  );
}
