import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { endEpisodes, noteEpisode, openEpisodes } from './episodes.ts';

const AT = new Date('2026-08-10T12:00:00Z');

describe('episodes', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await sql`insert into organizations (id, name) values (1, 'One')`.execute(database.owner);
  });
  afterAll(() => database.drop());

  const note = (subject: string, at = AT) => noteEpisode(database.as('worker'), 1, subject, at);

  it('begin once, though many see them begin in the same millisecond', async () => {
    const subjects = Array.from({ length: 50 }, (_, index) => `subject ${index}`);
    const began = await Promise.all(subjects.flatMap((subject) => [1, 2, 3, 4].map(() => note(subject))));
    expect(new Set(began.map((at) => at.getTime()))).toEqual(new Set([AT.getTime()]));
    expect(await openEpisodes(database.as('worker'), 1, 'subject')).toHaveLength(50);
  });

  it('begin anew after they ended, even at the instant at which they had begun', async () => {
    await note('again');
    expect(await endEpisodes(database.as('worker'), 1, ['again'], AT)).toHaveLength(1);
    expect(await endEpisodes(database.as('worker'), 1, ['again'], AT)).toHaveLength(0);
    expect(await note('again')).toEqual(AT);
    expect(await openEpisodes(database.as('worker'), 1, 'again')).toHaveLength(1);
  });
});
