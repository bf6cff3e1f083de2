import type { RedisContext } from '@tokengrip/core/context';
import type { PlanLimits } from '@tokengrip/core/domain/organizations/terms';
import type { PriceSource } from '@tokengrip/core/domain/prices/sync-prices';
import type { MailTransport } from '@tokengrip/core/mail/send-mail';
import type { Sealer } from '@tokengrip/core/sealing';

/** What jobs work with. */
export interface WorkerContext extends RedisContext {
  priceSource: PriceSource;
  sealer: Sealer;
  /** What the operator allows. */
  limits: PlanLimits;
  /** Absent where no mail is sent. */
  mailTransport?: MailTransport;
}
