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
import { mailConfig } from '@tokengrip/core/mail/mail-config';
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
      ...mailConfig,
      PORT: Port(8002),
      /** Signs the tokens of sessions. */
      SESSION_SECRET: Secret(),
      /** While the secret changes: tokens that it has signed still count. */
      SESSION_SECRET_PREVIOUS: Type.Optional(Secret()),
      /** Anybody may register, and gets an organization of their own. */
      OPEN_REGISTRATION: Switch(false),
      /** Cookies are for https only. Browsers make an exception for localhost, and for nothing else. */
      COOKIE_SECURE: Switch(true),
      /** Attempts to log in, to register, to use a link and the like, per address and minute. */
      AUTH_ATTEMPTS_PER_MINUTE: Type.Integer({ minimum: 1, maximum: 10_000, default: 20 }),
    },
    env,
  );

export type ApiConfig = ReturnType<typeof readApiConfig>;
