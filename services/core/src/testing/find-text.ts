import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { Db } from '../db/connection.ts';

/** The tables of which a row has a text anywhere in it, partitions by their parent. For tests that nothing is left. */
export async function findTextInDatabase(owner: Db, text: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`.execute(owner);
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql`
      select from ${sql.id(name)} as row where position(${text} in row::text) > 0 limit 1`.execute(owner);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

/** The keys of a Redis that have a text in their name or value. */
export async function findTextInRedis(redis: Redis, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const key of await redis.keys('*')) {
    const dumped = await redis.dumpBuffer(key);
    if (key.includes(text) || dumped?.includes(Buffer.from(text))) found.push(key);
  }
  return found;
}
