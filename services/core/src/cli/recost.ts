import { parseArgs } from 'node:util';
import Type from 'typebox';
import { systemClock } from '../clock.ts';
import { databaseConfig, readConfig, redisConfig } from '../config.ts';
import type { RedisContext } from '../context.ts';
import type { NewRecosting, Recosting } from '../contract/recosting.ts';
import { connectDatabase } from '../db/connection.ts';
import { applyRecosting } from '../domain/recosting/apply-recosting.ts';
import { readRecostingDetail } from '../domain/recosting/list-recostings.ts';
import type { JobContext } from '../domain/recosting/queue-step.ts';
import { runRecosting } from '../domain/recosting/run-recosting.ts';
import { startRecosting } from '../domain/recosting/start-recosting.ts';
import { undoRecosting } from '../domain/recosting/undo-recosting.ts';
import { AppError } from '../errors.ts';
import { createLog } from '../log.ts';
import { connectRedis, redisUrl } from '../redis.ts';
import type { CommandIo } from './create-key.ts';

export const RECOST_USAGE = `usage: tokengrip recost [filter] [--apply]
       tokengrip recost undo ID

Prices past records again with today's prices. Shows the difference by model and month; with --apply it is made, too.

  --organization ID   by default the first
  --from, --to DATE   as 2026-08-01 or 2026-08-01T12:00:00Z; by default everything that is kept
  --project ID, --provider NAME, --model NAME   only these; each may be repeated
  --only-unpriced     only calls that have no cost yet
  undo ID             gives the records that this re-costing changed their old costs again

  DATABASE_URL, DATABASE_PASSWORD   as the worker
  REDIS_URL, REDIS_PASSWORD         to tell open pages at once; without it they notice within a minute
`;

interface Options {
  organizationId: number | undefined;
  filter: NewRecosting;
  apply: boolean;
  undoId: number | undefined;
}

/** @returns the exit code: 0, 2 for wrong arguments, 1 when it was not done */
export async function recostCommand(io: CommandIo): Promise<number> {
  const options = readOptions(io.args);
  if (typeof options === 'string') {
    if (options !== '') io.stderr.write(`${options}\n\n`);
    (options === '' ? io.stdout : io.stderr).write(RECOST_USAGE);
    return options === '' ? 0 : 2;
  }
  const config = readConfig(
    { ...databaseConfig, ...redisConfig, DATABASE_POOL_SIZE: Type.Integer({ default: 2 }) },
    io.env,
  );
  const log = createLog({ service: 'cli', level: 'silent' });
  const db = connectDatabase({
    url: config.DATABASE_URL,
    password: config.DATABASE_PASSWORD,
    poolSize: 2,
    applicationName: 'tokengrip-cli',
  });
  const redis = connectRedis(redisUrl(config), log, {
    lazyConnect: true,
    connectTimeout: 2_000,
    retryStrategy: () => null,
  });
  try {
    // The records are what counts; a page that is not told asks by itself.
    await redis.connect().catch(() => {});
    return await recost({ db, redis, log, clock: systemClock }, io, options);
  } finally {
    redis.disconnect();
    await db.destroy();
  }
}

async function recost(ctx: RedisContext, io: CommandIo, options: Options): Promise<number> {
  const steps = { progress: async () => {}, signal: new AbortController().signal };
  // What the api hands over to the worker is done here and now.
  const here: JobContext = {
    ...ctx,
    jobs: {
      send: async (_definition, payload) => runRecosting(ctx, payload as Parameters<typeof runRecosting>[1], steps),
    },
  };
  const organization = await ctx.db
    .selectFrom('organizations')
    .select(['id', 'time_zone as timeZone'])
    .$if(options.organizationId !== undefined, (query) => query.where('id', '=', options.organizationId ?? 0))
    .orderBy('id')
    .executeTakeFirst();
  if (!organization) throw new AppError('not_found', 'There is no such organization');
  const actor = { organizationId: organization.id, userId: null, timeZone: organization.timeZone };
  if (options.undoId !== undefined) {
    return report(io, await undoRecosting(here, actor, options.undoId), 'undone');
  }
  const previewed = await startRecosting(here, actor, options.filter);
  const { lines, linesLeftOff } = await readRecostingDetail(ctx.db, organization.id, previewed.id);
  for (const line of lines.filter(({ changedCalls }) => changedCalls > 0)) {
    io.stdout.write(
      `${line.month}  ${line.provider}/${line.model}: ${line.changedCalls} of ${line.calls} calls, ` +
        `${line.costBefore} → ${line.costAfter} USD\n`,
    );
  }
  if (linesLeftOff > 0) io.stdout.write(`… and ${linesLeftOff} more lines\n`);
  const code = report(io, previewed, 'previewed');
  if (code !== 0 || !options.apply || previewed.preview.changedCalls + previewed.preview.changedDuplicates === 0) {
    return code;
  }
  return report(io, await applyRecosting(here, actor, previewed.id), 'applied');
}

function report(
  io: CommandIo,
  { id, state, preview, effect, failure }: Recosting,
  expected: Recosting['state'],
): number {
  if (state !== expected) {
    io.stderr.write(`Re-costing ${id} is ${state}${failure === null ? '' : `: ${failure}`}.\n`);
    return 1;
  }
  const said: Partial<Record<Recosting['state'], string>> = {
    previewed:
      `${preview.changedCalls} of ${preview.calls} calls would change, ${preview.costBefore} → ${preview.costAfter} USD; ` +
      `calls without a cost: ${preview.uncostedBefore} → ${preview.uncostedAfter}`,
    applied: `${effect.changedRecords} records changed by ${effect.difference} USD; undo it by: tokengrip recost undo ${id}`,
    undone: `${effect.restoredRecords} records have their old cost again`,
  };
  io.stdout.write(`Re-costing ${id} is ${state}: ${said[state]}.\n`);
  return 0;
}

/** `''`: help is wanted; any other text: what is wrong. */
function readOptions(args: readonly string[]): Options | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        organization: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        project: { type: 'string', multiple: true },
        provider: { type: 'string', multiple: true },
        model: { type: 'string', multiple: true },
        'only-unpriced': { type: 'boolean', default: false },
        apply: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return '';
    const [verb, id, ...rest] = positionals;
    if (rest.length > 0 || (verb !== undefined && (verb !== 'undo' || id === undefined))) {
      return `Only "undo ID" can stand beside the options, not ${JSON.stringify(positionals.join(' '))}`;
    }
    return {
      organizationId: values.organization === undefined ? undefined : readId(values.organization),
      apply: values.apply,
      undoId: id === undefined ? undefined : readId(id),
      filter: {
        onlyUnpriced: values['only-unpriced'],
        ...(values.from === undefined ? {} : { from: readDate(values.from) }),
        ...(values.to === undefined ? {} : { to: readDate(values.to) }),
        ...(values.project === undefined ? {} : { projectId: values.project.map(readId) }),
        ...(values.provider === undefined ? {} : { provider: values.provider }),
        ...(values.model === undefined ? {} : { model: values.model }),
      },
    };
  } catch (error) {
    return (error as Error).message;
  }
}

function readId(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${JSON.stringify(text)} is not an id`);
  return Number(text);
}

function readDate(text: string): string {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?Z)?$/.test(text);
  const time = Date.parse(text);
  if (!isDate || Number.isNaN(time)) throw new Error(`${JSON.stringify(text)} is not a date as 2026-08-01`);
  return new Date(time).toISOString();
}
