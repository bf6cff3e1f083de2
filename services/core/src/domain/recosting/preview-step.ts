import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { advance, inBatch, type Run, type StepOptions } from './advance.ts';
import { evaluate } from './evaluate.ts';
import type { OrganizationPricing } from './load-pricing.ts';
import { addLines, monthsOf, tally } from './tally.ts';
import { type RecordFilter, type RecordKey, readAhead, type StoredRecord, walkRecords } from './walk-records.ts';

/** The dry run: prices every record of the filter and changes none. */
export async function previewStep(
  ctx: Context,
  run: Run,
  { filter, timeZone, pricing }: { filter: RecordFilter; timeZone: string; pricing: OrganizationPricing },
  { pageRows, afterPage }: StepOptions,
): Promise<void> {
  const monthOf = monthsOf(filter.period, timeZone);
  for await (const page of readAhead(walkRecords(ctx.db, filter, run.cursor, pageRows))) {
    const { total, lines } = tally(evaluate(page, pricing), monthOf);
    const last = lastOf(page);
    await inBatch(ctx.db, async (tx) => {
      await advance(tx, run, last, { done_records: page.length, ...total });
      await addLines(tx, run.id, lines);
    });
    run.cursor = last;
    await afterPage(page.length);
  }
}

export function lastOf(page: readonly StoredRecord[]): RecordKey {
  const last = page.at(-1);
  if (!last) throw new Error('a page is never empty');
  return { project_id: last.project_id, ts: last.ts, event_id: last.event_id };
}

/** Begins a dry run by these prices, and throws away what it may have found by others. */
export async function beginPreview(ctx: Context, id: number, revision: string): Promise<void> {
  await ctx.db.transaction().execute(async (tx) => {
    await sql`
      update recostings set cursor_project_id = null, cursor_ts = null, cursor_event_id = null, done_records = 0,
        calls = 0, changed_calls = 0, before_pico_usd = 0, after_pico_usd = 0, uncosted_before = 0, uncosted_after = 0,
        changed_duplicates = 0, kept_calls = 0, revision = ${revision}, previewed_order = nextval('recosting_order_seq')
      where id = ${id} and state = 'previewing'`.execute(tx);
    // After the row is locked: a batch that was being committed has brought its lines by now.
    await sql`delete from recosting_lines where recosting_id = ${id}`.execute(tx);
  });
}
