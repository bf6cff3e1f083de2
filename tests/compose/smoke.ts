/**
 * Starts the suite as docker-compose.yml describes it, in an installation of its own, and looks whether it is and does what
 * docker/README.md promises. Leaves nothing behind.
 *
 *     node tests/compose/smoke.ts
 */
import { describeAirGapped } from './air-gapped/installation.ts';
import { checkAirGapped } from './checks/air-gapped.ts';
import { checkChannels } from './checks/channels.ts';
import { checkContainers } from './checks/containers.ts';
import { checkFront } from './checks/front.ts';
import { checkSecrecy } from './checks/secrecy.ts';
import { checkSettings } from './checks/settings.ts';
import { checkSurvival } from './checks/survival.ts';
import { checkUsage } from './checks/usage.ts';
import { createReport } from './report.ts';
import { describeSuite, removeSuite } from './suite.ts';

const LOG_LINES = 40;

const stopping = new AbortController();
// Not only the first one: Ctrl-C comes from the terminal, and once more from npm.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
const project = `tokengrip-smoke-${process.pid}`;
const suite = await describeSuite(project, { signal: stopping.signal });
const airGapped = await describeAirGapped(`${project}-air-gapped`, project, stopping.signal);
const report = createReport((line) => process.stdout.write(`${line}\n`), stopping.signal);

try {
  await report.check('one command builds and starts everything, with nothing set', async () => {
    await suite.compose('up', '--build', '--detach', '--wait');
    return undefined;
  });
  if (report.failed() === 0 && !stopping.signal.aborted) {
    await checkContainers(suite, report);
    await checkFront(suite, report);
    const key = await checkUsage(suite, report);
    await checkChannels(suite, report);
    await checkSettings(suite, report);
    await checkSurvival(suite, report, key);
    await checkSecrecy(suite, report, key);
    let started = false;
    await report.check('without a way out it starts as well', async () => {
      await airGapped.start();
      started = true;
      return undefined;
    });
    if (started) await checkAirGapped(airGapped.suite, report);
  }
  if (report.failed() > 0 && !stopping.signal.aborted) {
    for (const { compose } of [suite, airGapped.suite]) {
      const { stdout } = await compose('logs', '--no-color', '--tail', String(LOG_LINES));
      process.stdout.write(`\nThe last lines of each log:\n${stdout}\n`);
    }
  }
} finally {
  // The second uses images of the first.
  try {
    await airGapped.remove();
  } finally {
    await removeSuite(project);
  }
}
process.stdout.write(`${stopping.signal.aborted ? 'Interrupted: ' : ''}${report.summary()}\n`);
process.exitCode = report.failed() > 0 || stopping.signal.aborted ? 1 : 0;
