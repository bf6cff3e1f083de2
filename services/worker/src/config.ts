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
import { mailConfig } from '@tokengrip/core/mail/mail-config';

/** What the worker reads from its environment. `.env.example` says what each variable is for. */
export const readWorkerConfig = (env: Environment) =>
  readConfig(
    {
      ...databaseConfig,
      ...redisConfig,
      ...serverConfig,
      ...logConfig,
      ...pricingConfig,
      ...mailConfig,
      /** Health checks only; the worker serves nobody. */
      PORT: Port(8003),
    },
    env,
  );
