import { parseArgs } from 'node:util';
import Type from 'typebox';
import { systemClock } from '../clock.ts';
import { databaseConfig, readConfig } from '../config.ts';
import { connectDatabase } from '../db/connection.ts';
import { inScope } from '../db/scope.ts';
import { makeLink } from '../domain/accounts/one-time-links.ts';
import { removeSecondFactor } from '../domain/accounts/second-factor.ts';
import { findUserByEmail, normalizeEmail } from '../domain/accounts/users.ts';
import { createLog } from '../log.ts';
import type { CommandIo } from './create-key.ts';

export const RESET_LINK_USAGE = `usage: tokengrip reset-link EMAIL [--without-second-factor]

Prints a link by which whoever opens it chooses a new password for this account. It works once and for 30 minutes, and
ends all sessions of the account.

  --without-second-factor   turns it off as well, for somebody who has lost the authenticator and the recovery codes

  DATABASE_URL, DATABASE_PASSWORD   as the worker
  PUBLIC_URL                        where the installation is reached; without it only the link's path is printed
`;

/** @returns the exit code: 0 with the link on standard output, 2 for wrong arguments, 1 when there is no such account */
export async function resetLinkCommand(io: CommandIo): Promise<number> {
  const options = readOptions(io);
  if (typeof options === 'number') return options;
  const config = readConfig(
    {
      ...databaseConfig,
      DATABASE_POOL_SIZE: Type.Integer({ default: 1 }),
      PUBLIC_URL: Type.Optional(Type.String({ pattern: '^https?://' })),
    },
    io.env,
  );
  const db = connectDatabase({
    url: config.DATABASE_URL,
    password: config.DATABASE_PASSWORD,
    poolSize: 1,
    applicationName: 'tokengrip-cli',
  });
  const ctx = { db, log: createLog({ service: 'cli', level: 'silent' }), clock: systemClock };
  try {
    const user = await findUserByEmail(ctx, normalizeEmail(options.email));
    if (!user) {
      io.stderr.write(`No account has the address ${JSON.stringify(options.email)}.\n`);
      return 1;
    }
    if (options.withoutSecondFactor) {
      await inScope(ctx, { userId: user.id }, (tx) => removeSecondFactor(tx, user.id));
    }
    const { path } = await makeLink(ctx, { purpose: 'reset_password', userId: user.id });
    io.stdout.write(`${(config.PUBLIC_URL ?? '').replace(/\/+$/, '')}${path}\n`);
    if (config.PUBLIC_URL === undefined) {
      io.stderr.write('Put the address of your installation in front of it, e.g. http://localhost:8080.\n');
    }
    return 0;
  } finally {
    await db.destroy();
  }
}

function readOptions(io: CommandIo): { email: string; withoutSecondFactor: boolean } | number {
  try {
    const { values, positionals } = parseArgs({
      args: io.args,
      allowPositionals: true,
      options: { 'without-second-factor': { type: 'boolean', default: false }, help: { type: 'boolean' } },
    });
    if (values.help) {
      io.stdout.write(RESET_LINK_USAGE);
      return 0;
    }
    const [email, ...rest] = positionals;
    if (email === undefined || rest.length > 0) throw new Error('One address is needed.');
    return { email, withoutSecondFactor: values['without-second-factor'] };
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\n\n${RESET_LINK_USAGE}`);
    return 2;
  }
}
