import fc from 'fast-check';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import {
  boolArray,
  type EncodeArray,
  int2Array,
  int4Array,
  int8Array,
  jsonbArray,
  textArray,
  timestampArray,
  uuidArray,
} from './binary-array.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** What the database reads, as text, element by element. */
async function readBack<T>(type: string, encode: EncodeArray<T>, rows: readonly T[]): Promise<(string | null)[]> {
  const query = CompiledQuery.raw(`select value::text as value from unnest($1::${type}[]) as value`, [encode(rows)]);
  const result = await database.owner.executeQuery<{ value: string | null }>(query);
  return result.rows.map(({ value }) => value);
}

const text = fc.string({ unit: 'grapheme', maxLength: 80 }).filter((value) => !value.includes('\0'));

const cases = [
  ['integer', int4Array((v: number | null) => v), fc.integer(), String],
  ['smallint', int2Array((v: number | null) => v), fc.integer({ min: -32_768, max: 32_767 }), String],
  ['bigint', int8Array((v: bigint | null) => v), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), String],
  ['boolean', boolArray((v: boolean | null) => v), fc.boolean(), String],
  ['text', textArray((v: string | null) => v), text, String],
  ['uuid', uuidArray((v: string | null) => v), fc.uuid(), String],
  ['uuid', uuidArray((v: string | null) => v?.replaceAll('-', '')), fc.uuid(), String],
] as const;

describe('arrays in the binary format', () => {
  for (const [type, encode, values, print] of cases) {
    it(`arrive as they were: ${type}`, async () => {
      const rows = fc.array(fc.option(values as fc.Arbitrary<unknown>), { minLength: 1, maxLength: 50 });
      await fc.assert(
        fc.asyncProperty(rows, async (given) => {
          const read = await readBack(type, encode as EncodeArray<unknown>, given);
          const expected = given.every((value) => value === null)
            ? []
            : given.map((value) => (value === null ? null : print(value as never)));
          expect(read).toEqual(expected);
        }),
        { numRuns: 40 },
      );
    });
  }

  it('carry instants to the millisecond, before and after 2000', async () => {
    const instants = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2200, 0, 1) });
    await fc.assert(
      fc.asyncProperty(fc.array(instants, { minLength: 1, maxLength: 50 }), async (given) => {
        const query = CompiledQuery.raw('select value from unnest($1::timestamptz[]) as value', [
          timestampArray((ms: number) => ms)(given),
        ]);
        const { rows } = await database.owner.executeQuery<{ value: Date }>(query);
        expect(rows.map(({ value }) => value.getTime())).toEqual(given);
      }),
      { numRuns: 40 },
    );
  });

  it('carry JSON with every kind of text in it', async () => {
    const values = fc.array(fc.option(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()))), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(values, async (given) => {
        const read = await readBack(
          'jsonb',
          jsonbArray((value: unknown) => value),
          given,
        );
        const parsed = read.map((value) => (value === null ? null : JSON.parse(value)));
        expect(parsed).toEqual(
          given.every((value) => value === null) ? [] : given.map((value) => value && { ...value }),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('grow beyond the buffer that they are made in', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => String(i).repeat(4_000));
    expect(
      await readBack(
        'text',
        textArray((value: string) => value),
        rows,
      ),
    ).toEqual(rows);
  });
});
