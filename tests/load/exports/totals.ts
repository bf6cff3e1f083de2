import type { Db } from '@tokengrip/core/db/connection';
import { sql } from 'kysely';

export interface Total {
  records: number;
  costPicoUsd: bigint;
}

/** By hour of UTC, as `2026-08-01T17`. */
export type Totals = Map<string, Total>;

export function addTo(totals: Totals, hour: string, records: number, costPicoUsd: bigint): void {
  const total = totals.get(hour);
  if (total) {
    total.records += records;
    total.costPicoUsd += costPicoUsd;
  } else {
    totals.set(hour, { records, costPicoUsd });
  }
}

/** What the database has, read from the records themselves. */
export async function totalsOfRecords(owner: Db, projectId: number): Promise<Totals> {
  const { rows } = await sql<{ hour: Date; records: bigint; cost: bigint }>`
    select date_bin('1 hour', ts, 'epoch') as hour, count(*) as records, coalesce(sum(total_pico_usd), 0)::numeric as cost
    from usage_records where project_id = ${projectId} and duplicate_of is null group by 1 order by 1`.execute(owner);
  return new Map(
    rows.map(({ hour, records, cost }) => [
      hourOf(hour.toISOString()),
      { records: Number(records), costPicoUsd: cost },
    ]),
  );
}

export const hourOf = (instant: string) => instant.slice(0, 13);
export const startOf = (hour: string) => new Date(`${hour}:00:00.000Z`);

export function sumOf(totals: Iterable<Total>): Total {
  const sum = { records: 0, costPicoUsd: 0n };
  for (const { records, costPicoUsd } of totals) {
    sum.records += records;
    sum.costPicoUsd += costPicoUsd;
  }
  return sum;
}

/** Those from an instant to just before another. */
export const within = (totals: Totals, from: Date, to: Date): Totals =>
  new Map([...totals].filter(([hour]) => startOf(hour) >= from && startOf(hour) < to));

/** Hours of which the two say something else, as sentences; not more than three. */
export function differences(found: Totals, expected: Totals): string[] {
  const hours = [...new Set([...found.keys(), ...expected.keys()])].sort();
  const none: Total = { records: 0, costPicoUsd: 0n };
  return hours
    .filter((hour) => {
      const [a, b] = [found.get(hour) ?? none, expected.get(hour) ?? none];
      return a.records !== b.records || a.costPicoUsd !== b.costPicoUsd;
    })
    .slice(0, 3)
    .map((hour) => {
      const [a, b] = [found.get(hour) ?? none, expected.get(hour) ?? none];
      return `${hour}: ${a.records} records of ${a.costPicoUsd} pUSD, not ${b.records} of ${b.costPicoUsd}`;
    });
}
