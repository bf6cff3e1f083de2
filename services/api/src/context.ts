import type { RedisContext } from '@tokengrip/core/context';
import type { AccountContext } from '@tokengrip/core/domain/accounts/account-context';
import type { JobSender } from '@tokengrip/core/queues/sender';

/** What the routes of the api work with. */
export interface ApiContext extends RedisContext {
  jobs: JobSender;
}

/** For routes about people's accounts. */
export type AuthContext = ApiContext & AccountContext;
