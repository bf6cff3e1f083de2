import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type MigrationProvider, Migrator } from 'kysely/migration';
import type { Log } from '../log.ts';
import { connectDatabase, type Db } from './connection.ts';

/** The roles that the services connect as; `0001_roles.sql` says what each may do. */
export const SERVICE_ROLES = ['ingest', 'api', 'worker'] as const;
export type ServiceRole = (typeof SERVICE_ROLES)[number];

export const roleName = (role: ServiceRole) => `tokengrip_${role}`;

export interface MigrateOptions {
  /** Connection of the owner: may create roles. Only this run uses it. */
  ownerUrl: string;
  ownerPassword?: string | undefined;
  migrationsDir: string;
  /** Passwords with which the services will log in. */
  passwords: Record<ServiceRole, string>;
  log: Log;
}

/** Brings the database to the newest state and gives the services' roles their passwords. Safe to run again. */
export async function migrateDatabase(options: MigrateOptions): Promise<void> {
  const db = connectDatabase({
    url: options.ownerUrl,
    password: options.ownerPassword,
    poolSize: 1,
    applicationName: 'tokengrip-migrate',
  });
  try {
    await applyMigrations(db, options.migrationsDir, options.log);
    for (const role of SERVICE_ROLES) {
      await sql`alter role ${sql.id(roleName(role))} login password ${sql.lit(options.passwords[role])}`.execute(db);
    }
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db);
    const database = rows[0]?.name ?? '';
    await sql`grant connect on database ${sql.id(database)} to tokengrip_ingest, tokengrip_api, tokengrip_worker`.execute(
      db,
    );
  } finally {
    await db.destroy();
  }
}

/** Applies what is missing, all in one transaction and under a lock: two runs at once do it once. */
async function applyMigrations(db: Db, migrationsDir: string, log: Log): Promise<void> {
  const migrator = new Migrator({ db, provider: sqlFiles(migrationsDir) });
  const { error, results } = await migrator.migrateToLatest();
  for (const { migrationName, status } of results ?? []) log.info({ migration: migrationName, status }, 'migration');
  if (error) throw error;
}

function sqlFiles(dir: string): MigrationProvider {
  return {
    async getMigrations() {
      const files = (await readdir(dir)).filter((file) => file.endsWith('.sql')).sort();
      return Object.fromEntries(
        files.map((file) => [
          file.slice(0, -'.sql'.length),
          {
            up: async (db) => {
              await sql.raw(await readFile(join(dir, file), 'utf8')).execute(db);
            },
          },
        ]),
      );
    },
  };
}
