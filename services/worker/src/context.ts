import type { RedisContext } from '@tokengrip/core/context';
import type { Claude } from '@tokengrip/core/domain/analysis/claude';
import type { AnalysisService } from '@tokengrip/core/domain/analysis/service';
import type { AlertingSettings } from '@tokengrip/core/domain/channels/alerting-config';
import type { PlanLimits } from '@tokengrip/core/domain/organizations/terms';
import type { PriceSource } from '@tokengrip/core/domain/prices/sync-prices';
import type { MailTransport } from '@tokengrip/core/mail/send-mail';
import type { JobSender } from '@tokengrip/core/queues/sender';
import type { Sealer } from '@tokengrip/core/sealing';

/** What jobs work with. */
export interface WorkerContext extends RedisContext {
  jobs: Pick<JobSender, 'send' | 'sendAgain'>;
  priceSource: PriceSource;
  /** How people are told. */
  alerting: AlertingSettings;
  analysis: AnalysisService;
  /** Absent without a key, and where nothing may leave. */
  claude?: Claude;
  sealer: Sealer;
  /** What the operator allows. */
  limits: PlanLimits;
  /** Absent where no mail is sent. */
  mailTransport?: MailTransport;
}
