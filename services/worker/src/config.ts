import {
  databaseConfig,
  type Environment,
  logConfig,
  Port,
  pricingConfig,
  readConfig,
  redisConfig,
  serverConfig,
} from '@tokengrip/core/config';
import { analysisConfig } from '@tokengrip/core/domain/analysis/service';
import { alertingConfig } from '@tokengrip/core/domain/channels/alerting-config';
import { planConfig } from '@tokengrip/core/domain/organizations/terms';
import { mailConfig } from '@tokengrip/core/mail/mail-config';
import Type from 'typebox';

/** What the worker reads from its environment. `.env.example` says what each variable is for. */
export const readWorkerConfig = (env: Environment) =>
  readConfig(
    {
      ...databaseConfig,
      /** Its jobs run beside each other, and some hold a connection while they ask on another. */
      DATABASE_POOL_SIZE: Type.Integer({ minimum: 2, maximum: 200, default: 20 }),
      ...redisConfig,
      ...serverConfig,
      ...logConfig,
      ...pricingConfig,
      ...mailConfig,
      ...analysisConfig,
      ...alertingConfig,
      RETENTION_MAX_DAYS: planConfig.RETENTION_MAX_DAYS,
      /** Health checks only; the worker serves nobody. */
      PORT: Port(8003),
    },
    env,
  );
