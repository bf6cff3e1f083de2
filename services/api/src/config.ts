import {
  databaseConfig,
  type Environment,
  logConfig,
  Port,
  pricingConfig,
  readConfig,
  redisConfig,
  Secret,
  Switch,
  serverConfig,
} from '@tokengrip/core/config';
import Type from 'typebox';

/** What the api reads from its environment. `.env.example` says what each variable is for. */
export const readApiConfig = (env: Environment) =>
  readConfig(
    {
      ...databaseConfig,
      ...redisConfig,
      ...serverConfig,
      ...logConfig,
      ...pricingConfig,
      PORT: Port(8002),
      /** Signs the sessions' tokens. */
      JWT_SECRET: Secret(),
      /** Cookies are for https only. Browsers make an exception for localhost, and for nothing else. */
      COOKIE_SECURE: Switch(true),
      /** Attempts to log in or to set up, per address and minute. */
      AUTH_ATTEMPTS_PER_MINUTE: Type.Integer({ minimum: 1, maximum: 10_000, default: 10 }),
    },
    env,
  );

export type ApiConfig = ReturnType<typeof readApiConfig>;
