import { systemClock } from '../../clock.ts';
import { connectDatabase } from '../../db/connection.ts';
import { type MigrateOptions, migrateDatabase } from '../../db/migrate.ts';
import { keepPartitions } from '../partitions/keep-partitions.ts';
import { loadPriceSnapshot } from '../prices/load-snapshot.ts';

/**
 * Brings a database to where the services can start: migrated, their roles able to log in, priced by the shipped
 * snapshot if it has no prices, and with partitions for the usage of today. Safe to run again.
 */
export async function prepareDatabase(options: MigrateOptions & { snapshotFile?: string }): Promise<void> {
  await migrateDatabase(options);
  const db = connectDatabase({
    url: options.ownerUrl,
    password: options.ownerPassword,
    // Keeping partitions asks on a second connection while it holds one.
    poolSize: 2,
    applicationName: 'tokengrip-migrate',
  });
  try {
    await loadPriceSnapshot(db, options.log, options.snapshotFile);
    await keepPartitions({ db, log: options.log, clock: systemClock });
  } finally {
    await db.destroy();
  }
}
