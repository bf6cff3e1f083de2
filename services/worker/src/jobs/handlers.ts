import {
  buildCalendarsJob,
  checkRollupsJob,
  deliverAlertJob,
  deriveRollupsJob,
  evaluateAllBudgetsJob,
  evaluateBudgetsJob,
  exportJob,
  fillBudgetsJob,
  findAllSavingsJob,
  findSavingsJob,
  followSavingsJob,
  JOBS,
  type JobDefinition,
  keepAlertsJob,
  keepAnalysesJob,
  keepExportsJob,
  keepWhatIfsJob,
  loadSampleDataJob,
  type PayloadOf,
  partitionUpkeepJob,
  purgeRecordsJob,
  recostJob,
  removeSampleDataJob,
  runAnalysisJob,
  runDeletionsJob,
  runWhatIfJob,
  sendMailJob,
  syncPricesJob,
  watchUsageJob,
  weeklyDigestJob,
} from '@tokengrip/core/queues/jobs';
import type { Job } from 'bullmq';
import { Value } from 'typebox/value';
import type { WorkerContext } from '../context.ts';
import { deliverAlert, keepAlerts, weeklyDigest } from './alerts.ts';
import { buildCalendars } from './build-calendars.ts';
import { checkRollups } from './check-rollups.ts';
import { deriveRollups } from './derive-rollups.ts';
import { evaluateAllBudgets, evaluateBudgets } from './evaluate-budgets.ts';
import { watchUsage } from './evaluate-usage.ts';
import { keepExports, writeExport } from './exports.ts';
import { fillBudgets } from './fill-budgets.ts';
import { findAllSavings, findSavings } from './find-savings.ts';
import { followSavings } from './follow-savings.ts';
import type { JobRun } from './job-run.ts';
import { loadSampleData } from './load-sample-data.ts';
import { partitionUpkeep } from './partition-upkeep.ts';
import { purgeRecords } from './purge-records.ts';
import { recost } from './recost.ts';
import { removeSampleData } from './remove-sample-data.ts';
import { keepAnalyses, makeAnalysis } from './run-analysis.ts';
import { runDeletions } from './run-deletions.ts';
import { computeWhatIf, keepWhatIfs } from './run-whatif.ts';
import { sendMail } from './send-mail.ts';
import { runPriceSync } from './sync-prices.ts';

type Handler<D extends JobDefinition> = (run: JobRun, payload: PayloadOf<D>) => Promise<void>;

const handlers = new Map<string, Handler<JobDefinition>>();

function handle<D extends JobDefinition>(definition: D, handler: Handler<D>): void {
  handlers.set(definition.name, (run, payload) => {
    // Whatever lies in Redis was put there by some version of this project; what does not fit must not half work.
    if (!Value.Check(definition.payload, payload))
      throw new Error(`the payload of ${definition.name} has another form`);
    return handler(run, payload as PayloadOf<D>);
  });
}

handle(partitionUpkeepJob, partitionUpkeep);
handle(deriveRollupsJob, deriveRollups);
handle(buildCalendarsJob, buildCalendars);
handle(fillBudgetsJob, fillBudgets);
handle(checkRollupsJob, checkRollups);
handle(purgeRecordsJob, purgeRecords);
handle(syncPricesJob, runPriceSync);
handle(loadSampleDataJob, loadSampleData);
handle(removeSampleDataJob, removeSampleData);
handle(recostJob, recost);
handle(findSavingsJob, findSavings);
handle(findAllSavingsJob, findAllSavings);
handle(runDeletionsJob, runDeletions);
handle(runWhatIfJob, computeWhatIf);
handle(keepWhatIfsJob, keepWhatIfs);
handle(followSavingsJob, followSavings);
handle(runAnalysisJob, makeAnalysis);
handle(keepAnalysesJob, keepAnalyses);
handle(exportJob, writeExport);
handle(keepExportsJob, keepExports);
handle(sendMailJob, sendMail);
handle(evaluateBudgetsJob, evaluateBudgets);
handle(evaluateAllBudgetsJob, evaluateAllBudgets);
handle(watchUsageJob, watchUsage);
handle(deliverAlertJob, deliverAlert);
handle(keepAlertsJob, keepAlerts);
handle(weeklyDigestJob, weeklyDigest);

/** Runs one job, whichever it is. */
export async function runJob(job: Job, ctx: WorkerContext, signal: AbortSignal): Promise<void> {
  const handler = handlers.get(job.name);
  if (!handler) throw new Error(`there is no job ${job.name}; known are ${JOBS.map(({ name }) => name).join(', ')}`);
  const log = ctx.log.child({ job: job.name, jobId: job.id, attempt: job.attemptsMade + 1 });
  const started = performance.now();
  await handler({ ctx: { ...ctx, log }, progress: (done) => job.updateProgress(done), signal }, job.data);
  const quiet = JOBS.some((definition: JobDefinition) => definition.name === job.name && definition.quiet);
  log[quiet ? 'debug' : 'info']({ durationMs: Math.round(performance.now() - started) }, 'job done');
}
