import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { Channel, ChannelList } from '@tokengrip/core/contract/channels';
import { DeliveryList } from '../../../components/alerting/delivery-list.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Sheet } from '../../../components/ui/dialog.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { readChannelsSearch } from '../../../lib/search.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { deliveriesQuery } from '../api/channels.ts';

/** What was sent by the channel that is open in the address. */
export function DeliveriesSheet({ list }: { list: ChannelList | undefined }) {
  const { channel: id } = readChannelsSearch(useSearch({ strict: false }));
  const patch = useSearchPatch();
  const channel = list?.channels.find((one) => one.id === id);
  return (
    <Sheet
      open={channel !== undefined}
      onOpenChange={(open) => !open && patch({ channel: undefined })}
      title={channel?.name ?? 'Channel'}
      className="w-[34rem]!"
    >
      {channel && <Deliveries channel={channel} timeZone={list?.timeZone ?? 'UTC'} />}
    </Sheet>
  );
}

function Deliveries({ channel, timeZone }: { channel: Channel; timeZone: string }) {
  const found = useInfiniteQuery(deliveriesQuery(channel.id));
  const deliveries = found.data?.pages.flatMap((page) => page.deliveries);
  if (!deliveries) {
    return found.isError ? (
      <ErrorState error={found.error} what="Deliveries" onRetry={() => void found.refetch()} />
    ) : (
      <Skeleton className="m-4 h-40" />
    );
  }
  if (deliveries.length === 0) return <EmptyState title="Nothing has been sent by it yet" className="py-16" />;
  return (
    <div className="pb-4 [&_li:first-child]:border-t-0">
      <DeliveryList deliveries={deliveries} timeZone={timeZone} by="alert" />
      {found.hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}
