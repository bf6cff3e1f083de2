import type { JobsOptions } from 'bullmq';
import Type, { type Static, type TSchema } from 'typebox';
import { DAY, SECOND } from '../clock.ts';
import { Id } from '../contract/common.ts';

/** A kind of job: where it waits, what it carries, how it is tried. Producer and worker share it. */
export interface JobDefinition<Payload extends TSchema = TSchema> {
  queue: QueueName;
  name: string;
  /** Ids and small choices, never content: a payload stays in Redis until the job is done. */
  payload: Payload;
  options: JobsOptions;
  /** Runs by itself at these times (cron, UTC), and, unless `notAtStart`, once when a worker starts. */
  schedule?: string;
  /** Too much work for every start of a worker. */
  notAtStart?: true;
  /** Runs too often to be worth a line in the log each time. */
  quiet?: true;
}

/** What takes long waits apart from what somebody looks at meanwhile: an export of everything takes an hour. */
export const QUEUE_NAMES = [
  'maintenance',
  'rollups',
  'data',
  'exports',
  'whatifs',
  'mail',
  'alerts',
  'analysis',
  'evaluation',
] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** How many jobs of a queue one worker runs at once. */
export const QUEUE_CONCURRENCY: Record<QueueName, number> = {
  maintenance: 1,
  rollups: 2,
  data: 2,
  exports: 1,
  whatifs: 2,
  mail: 2,
  alerts: 8,
  analysis: 2,
  evaluation: 2,
};

const define = <Payload extends TSchema>(definition: JobDefinition<Payload>) => definition;

const retried: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 5 * SECOND, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: { age: (7 * DAY) / SECOND },
};

/** Makes the partitions of the coming days and drops those that nobody needs any more. */
export const partitionUpkeepJob = define({
  queue: 'maintenance',
  name: 'partition-upkeep',
  payload: Type.Object({}),
  options: retried,
  schedule: '15 * * * *',
});

/** The source is looked at several times a day, so that a day on which it was away at one hour is not lost. */
export const PRICE_SYNC_SCHEDULE = { everyHours: 6, atMinute: 17 } as const;

/** Fetches the price list: where somebody asked for it at once, else when the last look is a day ago. */
export const syncPricesJob = define({
  queue: 'maintenance',
  name: 'sync-prices',
  payload: Type.Object({ startedBy: Type.Optional(Type.Object({ organizationId: Id, userId: Id })) }),
  // A run that failed says so in the log of runs; its job's id is free for the next.
  options: { ...retried, removeOnFail: true },
  schedule: `${PRICE_SYNC_SCHEDULE.atMinute} */${PRICE_SYNC_SCHEDULE.everyHours} * * *`,
});

/** Derives the local days that records have touched since the last time. */
export const deriveRollupsJob = define({
  queue: 'rollups',
  name: 'derive-rollups',
  payload: Type.Object({}),
  // The next run is near, and does what this one did not.
  options: { removeOnComplete: true, removeOnFail: { age: DAY / SECOND } },
  schedule: '*/10 * * * * *',
  quiet: true,
});

/** Cuts the days of organizations anew whose time zone has changed; queued at the change, and looked for now and then. */
export const buildCalendarsJob = define({
  queue: 'rollups',
  name: 'build-calendars',
  payload: Type.Object({}),
  options: retried,
  schedule: '*/5 * * * *',
  quiet: true,
});

/** Compares the rollups with what they sum up, and makes anew what differs. */
export const checkRollupsJob = define({
  queue: 'maintenance',
  name: 'check-rollups',
  payload: Type.Object({}),
  options: retried,
  schedule: '30 2 * * *',
  notAtStart: true,
});

/** Deletes the records that their organization no longer keeps. */
export const purgeRecordsJob = define({
  queue: 'maintenance',
  name: 'purge-records',
  payload: Type.Object({}),
  options: retried,
  schedule: '20 0 * * *',
});

/** Does the deletions that were asked for; queued with each, and looked for now and then. */
export const runDeletionsJob = define({
  queue: 'data',
  name: 'run-deletions',
  payload: Type.Object({}),
  options: retried,
  schedule: '* * * * *',
  quiet: true,
});

/** Counts what new and changed budgets have spent before; queued with each change, and looked for now and then. */
export const fillBudgetsJob = define({
  queue: 'rollups',
  name: 'fill-budgets',
  payload: Type.Object({}),
  options: retried,
  schedule: '* * * * *',
  quiet: true,
});

/** Looks for an organization's savings in its calls of the last 30 days. */
export const findSavingsJob = define({
  queue: 'data',
  name: 'find-savings',
  payload: Type.Object({ organizationId: Id }),
  // What became of a look is in the table of runs; its job's id is free for the next.
  options: { ...retried, attempts: 3, removeOnFail: true },
});

/** Queues that for every organization. */
export const findAllSavingsJob = define({
  queue: 'maintenance',
  name: 'find-all-savings',
  payload: Type.Object({}),
  options: retried,
  schedule: '40 3 * * *',
  notAtStart: true,
});

/** Fills the organization's demo project with generated traffic. */
export const loadSampleDataJob = define({
  queue: 'data',
  name: 'load-sample-data',
  payload: Type.Object({ organizationId: Id, projectId: Id }),
  options: retried,
});

/** Deletes the demo project with everything in it. */
export const removeSampleDataJob = define({
  queue: 'data',
  name: 'remove-sample-data',
  payload: Type.Object({ organizationId: Id, projectId: Id }),
  options: retried,
});

/** Runs the step of a re-costing that was asked for: its preview, its application or its undoing. */
export const recostJob = define({
  queue: 'data',
  name: 'recost',
  payload: Type.Object({ organizationId: Id, recostingId: Id }),
  options: retried,
});

/** Computes a what-if that is too large for a request. */
export const runWhatIfJob = define({
  queue: 'whatifs',
  name: 'run-whatif',
  payload: Type.Object({ organizationId: Id, whatIfId: Id }),
  options: retried,
});

/** Queues what-ifs again that were forgotten. */
export const keepWhatIfsJob = define({
  queue: 'whatifs',
  name: 'keep-whatifs',
  payload: Type.Object({}),
  options: retried,
  schedule: '*/10 * * * *',
  quiet: true,
});

/** Sends an analysis to Claude, once, and reads the answer. Waits in a queue of its own: an answer takes minutes. */
export const runAnalysisJob = define({
  queue: 'analysis',
  name: 'run-analysis',
  payload: Type.Object({ organizationId: Id, analysisId: Id }),
  options: retried,
});

/** Deletes analyses that have expired, and takes up those that their worker has left. */
export const keepAnalysesJob = define({
  queue: 'analysis',
  name: 'keep-analyses',
  payload: Type.Object({}),
  options: retried,
  schedule: '* * * * *',
  quiet: true,
});

/** Counts what accepted recommendations have saved, of one organization or of all. */
export const followSavingsJob = define({
  queue: 'data',
  name: 'follow-savings',
  payload: Type.Object({ organizationId: Type.Optional(Id) }),
  options: retried,
  schedule: '*/10 * * * *',
  quiet: true,
});

/** Writes the file of an export, or goes on with it. */
export const exportJob = define({
  queue: 'exports',
  name: 'export',
  payload: Type.Object({ organizationId: Id, exportId: Id }),
  options: retried,
});

/** Deletes exports that have expired, and queues those again that were forgotten. */
export const keepExportsJob = define({
  queue: 'exports',
  name: 'keep-exports',
  payload: Type.Object({}),
  options: retried,
  schedule: '*/10 * * * *',
  quiet: true,
});

/**
 * Hands a mail to the server, as long as somebody may still wait for it. The mail itself lies in the payload, sealed: it
 * carries a link that nobody else may read, and is kept nowhere else.
 */
export const sendMailJob = define({
  queue: 'mail',
  name: 'send-mail',
  payload: Type.Object({ sealed: Type.String() }),
  options: { ...retried, attempts: 8, removeOnFail: true },
});

/**
 * Makes one attempt at a delivery of an alert. What comes of it, and when to try again, is in the database, and each further
 * attempt is a job of its own; this one is repeated only where that could not be written.
 */
export const deliverAlertJob = define({
  queue: 'alerts',
  name: 'deliver-alert',
  payload: Type.Object({ deliveryId: Type.String({ format: 'uuid' }) }),
  options: { ...retried, removeOnFail: true },
});

/** Queues deliveries again that nobody looks after any more, and deletes what is long over. */
export const keepAlertsJob = define({
  queue: 'alerts',
  name: 'keep-alerts',
  payload: Type.Object({}),
  options: retried,
  schedule: '* * * * *',
  quiet: true,
});

/** Looks which thresholds the budgets of an organization have reached; queued when it has spent. */
export const evaluateBudgetsJob = define({
  queue: 'evaluation',
  name: 'evaluate-budgets',
  payload: Type.Object({ organizationId: Id }),
  options: { ...retried, removeOnFail: true },
  quiet: true,
});

/** Looks at the budgets of every organization, since a period may end and a message may be lost. */
export const evaluateAllBudgetsJob = define({
  queue: 'evaluation',
  name: 'evaluate-all-budgets',
  payload: Type.Object({}),
  // The next run is near, and does what this one did not.
  options: { removeOnComplete: true, removeOnFail: { age: DAY / SECOND } },
  schedule: '* * * * *',
  quiet: true,
});

/** Looks at what organizations use for what is out of line: each hour, quarter of an hour or price once. */
export const watchUsageJob = define({
  queue: 'evaluation',
  name: 'watch-usage',
  payload: Type.Object({}),
  options: { removeOnComplete: true, removeOnFail: { age: DAY / SECOND } },
  schedule: '*/5 * * * *',
  quiet: true,
});

/** Tells organizations of their week, on their Monday morning: their zones begin it at any quarter of an hour. */
export const weeklyDigestJob = define({
  queue: 'alerts',
  name: 'weekly-digest',
  payload: Type.Object({}),
  options: retried,
  schedule: '*/15 * * * *',
  quiet: true,
});

export const JOBS = [
  partitionUpkeepJob,
  deriveRollupsJob,
  buildCalendarsJob,
  checkRollupsJob,
  purgeRecordsJob,
  syncPricesJob,
  runDeletionsJob,
  fillBudgetsJob,
  loadSampleDataJob,
  removeSampleDataJob,
  recostJob,
  findSavingsJob,
  findAllSavingsJob,
  runWhatIfJob,
  keepWhatIfsJob,
  followSavingsJob,
  runAnalysisJob,
  keepAnalysesJob,
  exportJob,
  keepExportsJob,
  sendMailJob,
  deliverAlertJob,
  keepAlertsJob,
  weeklyDigestJob,
  evaluateBudgetsJob,
  evaluateAllBudgetsJob,
  watchUsageJob,
] as const;

export type PayloadOf<Definition extends JobDefinition> = Static<Definition['payload']>;
