import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** 32 random bytes as hex: safe in URLs, SQL literals and configuration files as it is. */
export function generateSecret(): string {
  return randomBytes(32).toString('hex');
}

/** The secret in `file`, or undefined when there is none yet. */
export async function readSecret(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a secret that only the owner of the file can read. */
export async function writeSecret(file: string, secret: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
}

/** The secret in `file`, generated at the first call. */
export async function ensureSecret(file: string): Promise<string> {
  const existing = await readSecret(file);
  if (existing) return existing;
  const secret = generateSecret();
  await writeSecret(file, secret);
  return secret;
}
