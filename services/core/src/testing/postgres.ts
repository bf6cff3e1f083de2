import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { connectDatabase, type Db } from '../db/connection.ts';
import { migrateDatabase, roleName, SERVICE_ROLES, type ServiceRole } from '../db/migrate.ts';
import { createPartitions } from '../db/partitions.ts';
import { createLog } from '../log.ts';

export const MIGRATIONS_DIR = fileURLToPath(new URL('../../../../migrations', import.meta.url));

/** Partitions that every test database has; a test that needs other days makes them. */
const DAYS = { from: new Date('2026-07-30T00:00:00Z'), to: new Date('2026-08-02T00:00:00Z') };

const TEST_PASSWORDS = Object.fromEntries(SERVICE_ROLES.map((role) => [role, `only-for-tests-${role}`])) as Record<
  ServiceRole,
  string
>;

/** The server that `npm test` started: address of its superuser. */
export function testServerUrl(env: NodeJS.ProcessEnv = process.env): string {
  const url = env.TEST_DATABASE_URL;
  if (!url)
    throw new Error('TEST_DATABASE_URL is not set: run the tests by `npm test -- <path>`, which starts a Postgres');
  return url;
}

/**
 * The template's name tells the state of the migrations, so that a changed one makes a new template. A run keeps the one
 * that it began with, though somebody writes a migration meanwhile.
 */
function templateName(env: NodeJS.ProcessEnv = process.env): string {
  if (env.TEST_TEMPLATE) return env.TEST_TEMPLATE;
  const hash = createHash('sha256');
  for (const file of readdirSync(MIGRATIONS_DIR)
    .filter((name) => name.endsWith('.sql'))
    .sort()) {
    hash.update(file).update(readFileSync(join(MIGRATIONS_DIR, file)));
  }
  return `tokengrip_template_${hash.digest('hex').slice(0, 12)}`;
}

/** Makes the migrated template that the tests' databases are cloned from. Called once, before all tests. */
export async function prepareTemplate(): Promise<void> {
  const name = templateName();
  process.env.TEST_TEMPLATE = name;
  const server = connectOwner('postgres');
  try {
    const { rows } = await sql`select from pg_database where datname = ${name} and datistemplate`.execute(server);
    if (rows.length > 0) return;
    await sql`drop database if exists ${sql.id(name)} with (force)`.execute(server);
    await sql`create database ${sql.id(name)}`.execute(server);
    await migrateTestDatabase(name);
    const template = connectOwner(name);
    await createPartitions(template, DAYS);
    await template.destroy();
    await sql`alter database ${sql.id(name)} is_template true`.execute(server);
  } finally {
    await server.destroy();
  }
}

/** Brings a database to the state of the migrations in a folder. */
export const migrateTestDatabase = (name: string, migrationsDir = MIGRATIONS_DIR): Promise<void> =>
  migrateDatabase({
    ownerUrl: databaseUrl(name),
    migrationsDir,
    passwords: TEST_PASSWORDS,
    log: createLog({ service: 'test', level: 'silent' }),
  });

export interface TestDatabase {
  name: string;
  /** Address for a role's log-in, as a service is given it. */
  url(role: ServiceRole): string;
  /** A connection as a service's role; ended by `drop`. */
  as(role: ServiceRole): Db;
  /** A connection as the owner, for arranging and looking. */
  owner: Db;
  drop(): Promise<void>;
}

/**
 * A fresh database of its own for one test file.
 * @param template `template0` for one that nobody has migrated
 */
export async function createTestDatabase(template = templateName()): Promise<TestDatabase> {
  const name = `tokengrip_test_${randomUUID().replaceAll('-', '')}`;
  const server = connectOwner('postgres');
  await sql`create database ${sql.id(name)} template ${sql.id(template)} strategy wal_log`.execute(server);
  const owner = connectOwner(name);
  const opened: Db[] = [owner];
  const url = (role: ServiceRole) => databaseUrl(name, roleName(role), TEST_PASSWORDS[role]);
  return {
    name,
    url,
    owner,
    as(role) {
      const db = connectDatabase({ url: url(role), poolSize: 5, applicationName: `test-${role}` });
      opened.push(db);
      return db;
    },
    async drop() {
      await Promise.all(opened.map((db) => db.destroy()));
      await sql`drop database ${sql.id(name)} with (force)`.execute(server);
      await server.destroy();
    },
  };
}

const connectOwner = (database: string): Db =>
  connectDatabase({ url: databaseUrl(database), poolSize: 3, applicationName: 'test-owner' });

function databaseUrl(database: string, user?: string, password?: string): string {
  const url = new URL(testServerUrl());
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  if (password !== undefined) url.password = password;
  return url.href;
}
