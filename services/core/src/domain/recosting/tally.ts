import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import { bucketStarts } from '../usage/time-buckets.ts';
import type { Evaluation } from './evaluate.ts';

/** Sums of what a dry run found. */
interface Difference {
  calls: number;
  changed_calls: number;
  before_pico_usd: bigint;
  after_pico_usd: bigint;
  uncosted_before: number;
  uncosted_after: number;
}

interface Line extends Difference {
  month: string;
  provider: string;
  model: string;
}

interface Tally {
  total: Difference & { changed_duplicates: number; kept_calls: number };
  lines: Line[];
}

const nothing = (): Difference => ({
  calls: 0,
  changed_calls: 0,
  before_pico_usd: 0n,
  after_pico_usd: 0n,
  uncosted_before: 0,
  uncosted_after: 0,
});

/** Counts what a page of the dry run found. Duplicates of another record are in no sum, here as everywhere. */
export function tally(evaluations: readonly Evaluation[], monthOf: (time: Date) => string): Tally {
  const total = { ...nothing(), changed_duplicates: 0, kept_calls: 0 };
  const lines = new Map<string, Line>();
  for (const { record, change, kept } of evaluations) {
    if (record.duplicate_of !== null) {
      if (change) total.changed_duplicates += 1;
      continue;
    }
    if (kept) total.kept_calls += 1;
    const month = monthOf(record.ts);
    const key = `${month}\0${record.provider}\0${record.model}`;
    let line = lines.get(key);
    if (!line) {
      line = { month, provider: record.provider, model: record.model, ...nothing() };
      lines.set(key, line);
    }
    const before = record.total_pico_usd;
    const after = change ? change.after.totalPicoUsd : before;
    for (const sums of [total, line]) {
      sums.calls += 1;
      if (change) sums.changed_calls += 1;
      sums.before_pico_usd += before ?? 0n;
      sums.after_pico_usd += after ?? 0n;
      if (before === null) sums.uncosted_before += 1;
      if (after === null) sums.uncosted_after += 1;
    }
  }
  return { total, lines: [...lines.values()] };
}

/** Names the month of a time in a zone, for times of the period. */
export function monthsOf(period: { from: Date; to: Date }, timeZone: string): (time: Date) => string {
  const name = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' });
  const months = bucketStarts(period, 'month', timeZone)
    .map((start) => ({ startMs: start.getTime(), month: nameOf(name, start) }))
    .reverse();
  return (time) => months.find(({ startMs }) => startMs <= time.getTime())?.month ?? nameOf(name, time);
}

function nameOf(format: Intl.DateTimeFormat, time: Date): string {
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}-${parts.get('month')}`;
}

/** Adds lines to those that are there. */
export async function addLines(tx: Db, recostingId: number, lines: readonly Line[]): Promise<void> {
  if (lines.length === 0) return;
  const add = (column: keyof Difference) =>
    sql`${sql.id(column)} = ${sql.id('recosting_lines', column)} + ${sql.id('excluded', column)}`;
  const column = <K extends keyof Line>(name: K) => lines.map((line) => String(line[name]));
  await sql`
    insert into recosting_lines (recosting_id, month, provider, model, calls, changed_calls, before_pico_usd,
      after_pico_usd, uncosted_before, uncosted_after)
    select ${recostingId}::integer, * from unnest(${column('month')}::text[], ${column('provider')}::text[],
      ${column('model')}::text[], ${column('calls')}::bigint[], ${column('changed_calls')}::bigint[],
      ${column('before_pico_usd')}::numeric[], ${column('after_pico_usd')}::numeric[],
      ${column('uncosted_before')}::bigint[], ${column('uncosted_after')}::bigint[])
    on conflict (recosting_id, month, provider, model) do update set
      ${sql.join([add('calls'), add('changed_calls'), add('before_pico_usd'), add('after_pico_usd'), add('uncosted_before'), add('uncosted_after')])}`.execute(
    tx,
  );
}
