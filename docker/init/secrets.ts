import { randomBytes } from 'node:crypto';
import { chmod, chown, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type Environment, readConfig, Secret } from '@tokengrip/core/config';
import Type from 'typebox';

/**
 * A secret is one file that one group of its own may read: whoever needs it is put into that group, by `group_add` in
 * docker-compose.yml. So the services share a volume, some even a user, and each reads its own secrets alone.
 */
interface SecretFile {
  file: string;
  group: number;
  /** The variable that sets it by hand. */
  variable: string;
  /** The same secret once more, in the form in which a server takes it. */
  derived?: { file: string; format(secret: string): string };
}

export const SECRETS: readonly SecretFile[] = [
  { file: 'db_owner_password', group: 20001, variable: 'DB_OWNER_PASSWORD' },
  { file: 'db_ingest_password', group: 20002, variable: 'DB_INGEST_PASSWORD' },
  { file: 'db_api_password', group: 20003, variable: 'DB_API_PASSWORD' },
  { file: 'db_worker_password', group: 20004, variable: 'DB_WORKER_PASSWORD' },
  {
    file: 'redis_password',
    group: 20005,
    variable: 'REDIS_PASSWORD',
    derived: { file: 'redis.conf', format: (secret) => `requirepass "${escapeForRedis(secret)}"\n` },
  },
  { file: 'session_secret', group: 20006, variable: 'SESSION_SECRET' },
  { file: 'encryption_secret', group: 20007, variable: 'ENCRYPTION_SECRET' },
];

const VARIABLES = Object.fromEntries(SECRETS.map(({ variable }) => [variable, Type.Optional(Secret())]));
const MODE = 0o440;

/**
 * Makes sure that every secret has its file in `folder`. A value of the environment wins; without one a file that is
 * there stays, else 32 random bytes are written as hex.
 * @param log called with a line for each secret; never with its value
 * @throws ConfigError listing every value of the environment that is no secret
 */
export async function keepSecrets(
  folder: string,
  env: Environment,
  log: (line: string) => void,
  secrets = SECRETS,
): Promise<void> {
  const given = readConfig(VARIABLES, env) as Record<string, string | undefined>;
  refuseLineBreaks(given);
  for (const { file, group, variable, derived } of secrets) {
    const existing = await readSecret(join(folder, file));
    const secret = given[variable] ?? existing ?? randomBytes(32).toString('hex');
    await keepFile(join(folder, file), secret, group);
    if (derived) await keepFile(join(folder, derived.file), derived.format(secret), group);
    const origin = given[variable] === undefined ? 'generated' : `taken from ${variable}`;
    log(`${file}: ${secret === existing ? 'kept' : origin}`);
  }
}

/** They would end the value in a configuration file, and no client sends them. */
function refuseLineBreaks(given: Record<string, string | undefined>): void {
  const broken = Object.keys(given).filter((name) => /[\r\n\0]/.test(given[name] ?? ''));
  if (broken.length > 0) throw new ConfigError(broken.map((name) => `${name} must be a single line`));
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')) || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Every byte that could mean something to the reader of redis.conf, in the form `\\x41`. */
function escapeForRedis(secret: string): string {
  const bytes = [...Buffer.from(secret)];
  return bytes.map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : `\\x${hex(byte)}`)).join('');
}

const isPlain = (byte: number) => /[A-Za-z0-9]/.test(String.fromCharCode(byte));
const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/** Whoever reads the file sees the old content or the new one, whole, and nobody else sees any of it at any time. */
async function keepFile(path: string, content: string, group: number): Promise<void> {
  if ((await readSecret(path)) === content) return;
  const staging = `${path}.new`;
  const handle = await open(staging, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chown(staging, process.getuid?.() ?? -1, group);
  await chmod(staging, MODE);
  await rename(staging, path);
}
