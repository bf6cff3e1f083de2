// `npm test`: everything, on a Postgres and a Redis of its own. With arguments (`npm test -- services/core`) only vitest,
// which gets them. Every step runs even if an earlier one has failed; the last line says how it went.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.ts';
import { toolsFolder } from './paths.ts';
import { type Count, countTests, summaryLine } from './test-report.ts';
import { TestRun } from './test-run.ts';
import { startTestServices } from './test-services.ts';
import { untilStopped } from './until-stopped.ts';
import { buildWeb } from './web-build.ts';

/** Scripts of the root's package.json. */
const CHECKS = ['lint', 'types', 'imports', 'unused'];

const log = (line: string) => void process.stderr.write(`${line}\n`);

/** Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const run = new TestRun();
  void untilStopped().then((reason) => run.stop(reason));
  if (args.length === 0) for (const name of CHECKS) await run.check(name);
  await runTests(run, args);
  if (run.stopReason) return 128 + (constants.signals[run.stopReason as NodeJS.Signals] ?? 0);
  process.stdout.write(`\n${summaryLine(run.total)}\n`);
  return run.total.failed === 0 ? 0 : 1;
}

async function runTests(run: TestRun, args: readonly string[]): Promise<void> {
  let chromium: string | undefined;
  if (needsBrowser(args)) {
    await run.prepare('web app', () => buildWeb(log));
    chromium = await run.prepare('browser', () => ensureChromium(toolsFolder, log));
  }
  const services = await run.prepare('services', () => startTestServices(log));
  if (!services) return;
  try {
    const env = { ...services.env, ...(chromium ? { CHROMIUM_PATH: chromium } : {}) };
    await run.count('tests', () => runVitest(run, args, env));
  } finally {
    await services.stop();
  }
}

async function runVitest(run: TestRun, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'tokengrip-report-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const succeeded = await run.script('unit', [...reporters, ...args], env);
    return countTests(await readFile(report, 'utf8').catch(() => undefined), succeeded);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Tests of a service or of the SDK do without the built web app and a browser. */
function needsBrowser(args: readonly string[]): boolean {
  const paths = args.filter((arg) => !arg.startsWith('-'));
  return paths.length === 0 || paths.some((path) => !/^(\.\/)?(services|sdk)(\/|$)/.test(path));
}

process.exitCode = await main(process.argv.slice(2));
