import type { Db } from '@tokengrip/core/db/connection';
import type { JobSender } from '@tokengrip/core/queues/sender';
import type { ApiClient } from './api.ts';
import type { Checks } from './checks.ts';
import type { Sender } from './sender.ts';
import type { Totals } from './totals.ts';

export const STABLE_DAYS = 25;
export const DROPPED_DAYS = 5;
/** Days. The shorter one lets the oldest days go, as whole partitions: nobody else keeps them. */
export const RETENTION = { before: 96, after: 90 } as const;

/** What an export is tried on. */
export interface Scene extends Checks {
  owner: Db;
  organizationId: number;
  projectId: number;
  client: ApiClient;
  jobs: Pick<JobSender, 'send'>;
  /** Sends records of now all the time. */
  sender: Sender;
  pids: { api: number; worker: number };
  /** Of all records but those of now, before anything was dropped. */
  totals: Totals;
  /** From here to there nothing comes or goes. */
  stableFrom: Date;
  stableTo: Date;
  say(line: string): void;
}
