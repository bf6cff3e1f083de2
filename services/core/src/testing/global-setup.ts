import { prepareTemplate } from './postgres.ts';

/** vitest runs this once before all tests. Without a server only tests of pure code can run, which need none. */
export default async function setUp(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) await prepareTemplate();
}
