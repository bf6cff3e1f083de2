import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import Type from 'typebox';
import { databaseConfig, type Environment, readConfig } from '../config.ts';
import { connectDatabase, type Db } from '../db/connection.ts';
import { createFirstOrganization, nextOrganizationId } from '../domain/accounts/create-account.ts';
import { lockSetup } from '../domain/accounts/set-up.ts';
import { createApiKey } from '../domain/keys/create-api-key.ts';

export const CREATE_KEY_USAGE = `tokengrip create-key [--project NAME] [--name NAME]

Makes an API key and prints it, once and for all. Without --project: the first project, which is made, with its
organization, if the installation is new.
`;

export interface CommandIo {
  stdout: Writable;
  stderr: Writable;
  args: string[];
  env: Environment;
}

/** @returns the exit code: 0 with the key on standard output, 2 for wrong arguments, 1 when it cannot be made */
export async function createKeyCommand(io: CommandIo): Promise<number> {
  const options = readOptions(io);
  if (typeof options === 'number') return options;
  const config = readConfig({ ...databaseConfig, DATABASE_POOL_SIZE: Type.Integer({ default: 1 }) }, io.env);
  const db = connectDatabase({
    url: config.DATABASE_URL,
    password: config.DATABASE_PASSWORD,
    poolSize: 1,
    applicationName: 'tokengrip-cli',
  });
  try {
    const secret = await db.transaction().execute(async (tx) => {
      const project = await findProject(tx, options.project);
      if (!project) return undefined;
      const created = await createApiKey(tx, project.organizationId, { projectId: project.id, name: options.name });
      return created.secret;
    });
    if (secret === undefined) {
      io.stderr.write(`There is no project named ${JSON.stringify(options.project)}.\n`);
      return 1;
    }
    io.stdout.write(`${secret}\n`);
    return 0;
  } finally {
    await db.destroy();
  }
}

function readOptions(io: CommandIo): { project: string | undefined; name: string } | number {
  try {
    const { values } = parseArgs({
      args: io.args,
      options: {
        project: { type: 'string' },
        name: { type: 'string', default: 'Command line' },
        help: { type: 'boolean' },
      },
    });
    if (values.help) {
      io.stdout.write(CREATE_KEY_USAGE);
      return 0;
    }
    return { project: values.project, name: values.name };
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\n\n${CREATE_KEY_USAGE}`);
    return 2;
  }
}

async function findProject(
  tx: Db,
  name: string | undefined,
): Promise<{ id: number; organizationId: number } | undefined> {
  await lockSetup(tx);
  const found = await tx
    .selectFrom('projects')
    .select(['id', 'organization_id as organizationId'])
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .where('demo', '=', false)
    .orderBy('id')
    .executeTakeFirst();
  if (found || name !== undefined) return found;
  const organizationId = await nextOrganizationId(tx);
  const { projectId } = await createFirstOrganization(tx, organizationId);
  return { id: projectId, organizationId };
}
