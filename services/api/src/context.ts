import type { RedisContext } from '@tokengrip/core/context';
import type { JobSender } from '@tokengrip/core/queues/sender';

/** What the routes of the api work with. */
export interface ApiContext extends RedisContext {
  jobs: JobSender;
}
