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
import { planConfig } from '@tokengrip/core/domain/organizations/terms';
import { mailConfig } from '@tokengrip/core/mail/mail-config';
import Type from 'typebox';
import { openIdConfig } from './openid-config.ts';

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
      ...planConfig,
      ...openIdConfig,
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
      /** Requests of one personal token or read key in a minute, over all replicas; 0 is no limit. */
      API_READS_PER_MINUTE: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 600 }),
    },
    env,
  );

export type ApiConfig = ReturnType<typeof readApiConfig>;
