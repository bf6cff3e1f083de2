import { parseArgs } from 'node:util';
import Type from 'typebox';
import { systemClock } from '../clock.ts';
import { databaseConfig, logConfig, readConfig } from '../config.ts';
import { connectDatabase } from '../db/connection.ts';
import { checkRollups } from '../domain/rollups/check-rollups.ts';
import { createLog } from '../log.ts';
import type { CommandIo } from './create-key.ts';

const CHECK_ROLLUPS_USAGE = `tokengrip check-rollups [--repair]

Compares the sums that the dashboard reads with what they sum up, and prints a line for each day of a project that
differs. With --repair these days are made anew from the records; nobody has to stop for it. The worker does the same
every night.
`;

/** @returns the exit code: 0 when nothing differs, or everything that did is repaired; 1 when something differs; 2 for wrong arguments */
export async function checkRollupsCommand(io: CommandIo): Promise<number> {
  const options = readOptions(io);
  if (typeof options === 'number') return options;
  const config = readConfig(
    { ...databaseConfig, ...logConfig, DATABASE_POOL_SIZE: Type.Integer({ default: 3 }) },
    io.env,
  );
  const db = connectDatabase({
    url: config.DATABASE_URL,
    password: config.DATABASE_PASSWORD,
    // One that holds a lock, and one that works.
    poolSize: 3,
    applicationName: 'tokengrip-cli',
  });
  try {
    const log = createLog({ service: 'cli', level: 'silent' });
    const differences = await checkRollups({ db, log, clock: systemClock }, options);
    for (const { projectId, table, day } of differences) {
      io.stdout.write(`project ${projectId}  ${table}  ${day.toISOString()}${options.repair ? '  repaired' : ''}\n`);
    }
    return differences.length > 0 && !options.repair ? 1 : 0;
  } finally {
    await db.destroy();
  }
}

function readOptions(io: CommandIo): { repair: boolean } | number {
  try {
    const { values } = parseArgs({
      args: io.args,
      options: { repair: { type: 'boolean', default: false }, help: { type: 'boolean' } },
    });
    if (values.help) {
      io.stdout.write(CHECK_ROLLUPS_USAGE);
      return 0;
    }
    return { repair: values.repair };
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\n\n${CHECK_ROLLUPS_USAGE}`);
    return 2;
  }
}
