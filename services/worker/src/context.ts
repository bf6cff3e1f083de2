import type { RedisContext } from '@tokengrip/core/context';
import type { PriceSource } from '@tokengrip/core/domain/prices/sync-prices';

/** What jobs work with. */
export interface WorkerContext extends RedisContext {
  priceSource: PriceSource;
}
