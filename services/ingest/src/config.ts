import {
  databaseConfig,
  type Environment,
  logConfig,
  Port,
  readConfig,
  redisConfig,
  serverConfig,
} from '@tokengrip/core/config';
import { LIMITS } from '@tokengrip/core/contract/usage';
import Type from 'typebox';

/** What the ingest reads from its environment. `.env.example` says what each variable is for. */
export const readIngestConfig = (env: Environment) =>
  readConfig(
    {
      ...databaseConfig,
      ...redisConfig,
      ...serverConfig,
      ...logConfig,
      PORT: Port(8001),
      /** Largest body of a request, after decompression. */
      INGEST_BODY_LIMIT_BYTES: Type.Integer({ minimum: 1_024, maximum: 100 * 1024 * 1024, default: LIMITS.bodyBytes }),
      /** Requests of one key in a minute, over all replicas; 0 is no limit. */
      INGEST_RATE_LIMIT_PER_MINUTE: Type.Integer({ minimum: 0, maximum: 100_000_000, default: 60_000 }),
    },
    env,
  );

export type IngestConfig = ReturnType<typeof readIngestConfig>;
