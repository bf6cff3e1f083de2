import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How the `tokengrip` command reaches the database of a suite that runs on this machine. */
export interface CommandAccess {
  DATABASE_URL: string;
  DATABASE_PASSWORD_FILE: string;
}

const accessFile = (stateFolder: string) => join(stateFolder, 'command.json');

/** Leaves word for the command while the suite runs; returns what takes it away again. */
export async function offerCommandAccess(stateFolder: string, access: CommandAccess): Promise<() => Promise<void>> {
  const file = accessFile(stateFolder);
  await writeFile(file, JSON.stringify(access), { mode: 0o600 });
  return () => rm(file, { force: true });
}

/** What the running suite offers; `undefined` when none runs here. */
export async function findCommandAccess(stateFolder: string): Promise<CommandAccess | undefined> {
  try {
    return JSON.parse(await readFile(accessFile(stateFolder), 'utf8')) as CommandAccess;
  } catch {
    return undefined;
  }
}
