import type { UsageRecord } from '../contract/usage.ts';

/**
 * Interleaves streams that are each in the order of time into one, so that something planted can be put into full traffic.
 * Records without a timestamp come first.
 */
export function* mergeByTime(...streams: Iterable<UsageRecord>[]): IterableIterator<UsageRecord> {
  const heads = streams.map((stream) => {
    const iterator = stream[Symbol.iterator]();
    return { iterator, next: iterator.next() };
  });
  for (;;) {
    let earliest: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.next.done) continue;
      if (!earliest || (head.next.value.timestamp ?? '') < (earliest.next.value.timestamp ?? '')) earliest = head;
    }
    if (!earliest || earliest.next.done) return;
    yield earliest.next.value;
    earliest.next = earliest.iterator.next();
  }
}
