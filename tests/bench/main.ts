// `npm run bench`: speed as ratios to something measured in the same run. README.md says how to read the figures.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, prepareTemplate } from '@tokengrip/core/testing/postgres';
import { testRedis } from '@tokengrip/core/testing/redis';
import { toolsFolder } from '@tokengrip/local/paths';
import { startPostgres } from '@tokengrip/local/postgres';
import { startRedis } from '@tokengrip/local/redis';
import { benchDashboard } from './dashboard.ts';
import { benchIngest } from './ingest.ts';
import { benchPricing } from './pricing.ts';
import { benchRecosting } from './recosting.ts';
import { type BenchContext, report } from './report.ts';
import { benchSavings } from './savings.ts';
import { benchSize } from './size.ts';
import { benchWhatIf } from './whatif.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);

const directory = await mkdtemp(join(tmpdir(), 'tokengrip-bench-'));
const redisServer = await startRedis({ directory: join(directory, 'redis'), tools: toolsFolder, log: say });
const postgres = await startPostgres({ directory: join(directory, 'postgres'), durable: true });
process.env.TEST_DATABASE_URL = postgres.url;
process.env.TEST_REDIS_URL = redisServer.url;
try {
  await prepareTemplate();
  const database = await createTestDatabase();
  const redis = testRedis();
  const bench: BenchContext = { database, redis, redisUrl: redisServer.url, say };
  const wanted = process.argv.slice(2);
  const parts = {
    pricing: benchPricing,
    ingest: benchIngest,
    dashboard: benchDashboard,
    recosting: benchRecosting,
    size: benchSize,
    whatif: benchWhatIf,
    savings: benchSavings,
  };
  for (const [name, run] of Object.entries(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    report(name, await run(bench));
  }
  redis.disconnect();
  await database.drop();
} finally {
  await postgres.stop();
  await redisServer.stop();
  await rm(directory, { recursive: true, force: true });
}
