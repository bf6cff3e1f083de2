import { setImmediate } from 'node:timers/promises';

/** A few milliseconds of the work that this is for. */
const ITEMS_A_TURN = 1_000;

/** Does something with each of many items, and lets everybody else have their turn of the event loop between thousands. */
export async function inTurns<T>(
  items: readonly T[],
  work: (item: T) => void,
  itemsATurn = ITEMS_A_TURN,
): Promise<void> {
  for (let start = 0; start < items.length; start += itemsATurn) {
    if (start > 0) await setImmediate();
    const end = Math.min(items.length, start + itemsATurn);
    for (let i = start; i < end; i += 1) work(items[i] as T);
  }
}
