import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import Type from 'typebox';
import { systemClock } from '../clock.ts';
import { databaseConfig, pricingConfig, readConfig, redisConfig } from '../config.ts';
import type { RedisContext } from '../context.ts';
import { MAX_PRICE_FILE_BYTES } from '../contract/prices.ts';
import { connectDatabase } from '../db/connection.ts';
import { announcePriceChange } from '../domain/prices/announce-price-change.ts';
import { decodePriceFile } from '../domain/prices/fetch-price-file.ts';
import { importPrices } from '../domain/prices/import-prices.ts';
import { listRuns } from '../domain/prices/price-runs.ts';
import { syncPrices } from '../domain/prices/sync-prices.ts';
import { createLog } from '../log.ts';
import { connectRedis, redisUrl } from '../redis.ts';
import type { CommandIo } from './create-key.ts';
import { describeChange, describeRun } from './price-run-text.ts';

export const PRICES_USAGE = `usage: tokengrip prices import FILE [--effective-from DATE] [--edition EDITION] [--dry-run]
       tokengrip prices sync
       tokengrip prices runs [--limit N]

  import  takes prices from a file: LiteLLM's model_prices_and_context_window.json or our own snapshot form
            --effective-from DATE  from when they hold, as 2026-08-01 or 2026-08-01T12:00:00Z; by default from now on.
                                   Where later prices are known, they hold until these
            --edition EDITION      the file's edition, as 2026-08 or 2026-08-01
            --dry-run              shows what would change, and changes nothing
  sync    fetches the prices of PRICING_SYNC_URL now
  runs    shows the last runs, the newest first

  DATABASE_URL, DATABASE_PASSWORD   as the worker
  REDIS_URL, REDIS_PASSWORD         to tell the services at once; without it they notice within a minute
`;

interface Options {
  action: 'import' | 'sync' | 'runs';
  file: string;
  effectiveFrom: Date | undefined;
  edition: string | undefined;
  dryRun: boolean;
  limit: number;
}

/**
 * @returns the exit code: 0, 2 for wrong arguments, 1 when the file or the prices cannot be used
 * @throws ConfigError listing everything that is wrong with the environment
 */
export async function pricesCommand(io: CommandIo): Promise<number> {
  const options = readOptions(io.args);
  if (typeof options === 'string') {
    if (options !== '') io.stderr.write(`${options}\n\n`);
    (options === '' ? io.stdout : io.stderr).write(PRICES_USAGE);
    return options === '' ? 0 : 2;
  }
  const text = options.action === 'import' ? await readPriceFile(options.file) : undefined;
  if (text !== undefined && 'problem' in text) {
    io.stderr.write(`${text.problem}\n`);
    return 1;
  }
  const config = readConfig(
    { ...databaseConfig, ...redisConfig, ...pricingConfig, DATABASE_POOL_SIZE: Type.Integer({ default: 1 }) },
    io.env,
  );
  const log = createLog({ service: 'cli', level: 'silent' });
  const db = connectDatabase({
    url: config.DATABASE_URL,
    password: config.DATABASE_PASSWORD,
    poolSize: 1,
    applicationName: 'tokengrip-cli',
  });
  const redis = connectRedis(redisUrl(config), log, {
    lazyConnect: true,
    connectTimeout: 2_000,
    retryStrategy: () => null,
  });
  try {
    const ctx: RedisContext = { db, redis, log, clock: systemClock };
    // The prices are what counts; who is not told notices by himself.
    await redis.connect().catch(() => {});
    if (options.action === 'runs') return await showRuns(ctx, io, options);
    if (text === undefined) return report(io, await syncPrices(ctx, { source: config }));
    return await runImport(ctx, io, { ...options, text: text.text });
  } finally {
    redis.disconnect();
    await db.destroy();
  }
}

async function showRuns(ctx: RedisContext, io: CommandIo, { limit }: Options): Promise<number> {
  const { runs } = await listRuns(ctx.db, { limit });
  for (const run of runs) io.stdout.write(`${describeRun(run)}\n`);
  if (runs.length === 0) io.stdout.write('There was no run yet.\n');
  return 0;
}

async function runImport(ctx: RedisContext, io: CommandIo, options: Options & { text: string }): Promise<number> {
  const { text, file, effectiveFrom, edition, dryRun } = options;
  const input = { text, fileName: basename(file), effectiveFrom, edition, dryRun };
  const { run, changes } = await importPrices(ctx, input);
  if (dryRun) for (const change of changes) io.stdout.write(`${describeChange(change)}\n`);
  else if (run.status === 'applied') await announcePriceChange(ctx.redis, ctx.log);
  const code = report(io, run);
  if (dryRun && code === 0) io.stdout.write('Nothing was changed: this was a dry run.\n');
  return code;
}

function report(io: CommandIo, run: Parameters<typeof describeRun>[0]): number {
  const good = run.status === 'applied' || run.status === 'unchanged';
  (good ? io.stdout : io.stderr).write(`${describeRun(run)}\n`);
  return good ? 0 : 1;
}

/** Counted as it is read: it might be anything, and `/dev/stdin` has no size. */
async function readPriceFile(file: string): Promise<{ text: string } | { problem: string }> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of createReadStream(file)) {
      size += chunk.length;
      if (size > MAX_PRICE_FILE_BYTES) {
        return { problem: `${file} is larger than ${MAX_PRICE_FILE_BYTES / 1024 / 1024} MB` };
      }
      chunks.push(chunk);
    }
    return { text: decodePriceFile(Buffer.concat(chunks)) };
  } catch (error) {
    return { problem: `cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
}

/** The text of a problem; empty where help was asked for. */
function readOptions(args: string[]): Options | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return (error as Error).message;
  }
  const { values, positionals } = parsed;
  if (values.help) return '';
  const [action, file = '', ...more] = positionals;
  if (action !== 'import' && action !== 'sync' && action !== 'runs') {
    return action === undefined ? 'What is to be done with the prices?' : `There is no command prices ${action}`;
  }
  if (action === 'import' && file === '') return 'Which file is to be imported?';
  if (more.length > 0 || (action !== 'import' && file !== '')) return 'There are too many arguments';
  const effectiveFrom = values['effective-from'] === undefined ? undefined : readDate(values['effective-from']);
  if (effectiveFrom === null) return '--effective-from must be a date as 2026-08-01 or 2026-08-01T12:00:00Z';
  if (values.edition !== undefined && !/^\d{4}-\d{2}(-\d{2})?$/.test(values.edition)) {
    return '--edition must be a month or a day, as 2026-08 or 2026-08-01';
  }
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return '--limit must be a whole number from 1 to 100';
  return { action, file, effectiveFrom, edition: values.edition, dryRun: values['dry-run'], limit };
}

const parse = (args: string[]) =>
  parseArgs({
    args,
    allowPositionals: true,
    options: {
      'effective-from': { type: 'string' },
      edition: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      limit: { type: 'string', default: '20' },
      help: { type: 'boolean', default: false },
    },
  });

/** A day begins in UTC; a time says its zone. */
function readDate(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}
