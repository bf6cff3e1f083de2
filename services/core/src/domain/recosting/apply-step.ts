import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/connection.ts';
import type { Pricing } from '../usage/meter-call.ts';
import { adjustSums } from './adjust-sums.ts';
import { addSums, advance, inBatch, type Run, type StepOptions } from './advance.ts';
import { type Change, changesOf, differenceOf, evaluate } from './evaluate.ts';
import type { OrganizationPricing } from './load-pricing.ts';
import { lastOf } from './preview-step.ts';
import { type RecordFilter, readAhead, type StoredRecord, walkRecords } from './walk-records.ts';
import { keepOldFigures, keyText, lockRecords, readRecords, writeFigures } from './write-changes.ts';

/**
 * Writes the new figures, a page in a transaction: the records that differ, what they said before, every sum that they
 * are in, and how far the step is. Whatever is committed is whole.
 */
export async function applyStep(
  ctx: Context,
  run: Run,
  { filter, pricing }: { filter: RecordFilter; pricing: OrganizationPricing },
  { pageRows, afterPage }: StepOptions,
): Promise<void> {
  for await (const page of readAhead(walkRecords(ctx.db, filter, run.cursor, pageRows))) {
    const last = lastOf(page);
    const found = changesOf(evaluate(page, pricing));
    await inBatch(ctx.db, async (tx) => {
      await advance(tx, run, last, { done_records: page.length });
      const changes = await lockChanges(tx, last.project_id, found, pricing);
      if (changes.length === 0) return;
      await keepOldFigures(tx, run.id, last.project_id, changes);
      await writeFigures(tx, run.id, last.project_id, changes);
      await adjustSums(tx, changes);
      await noteChanges(tx, run);
      await addSums(tx, run, { changed_records: changes.length, difference_pico_usd: differenceOf(changes) });
    });
    run.cursor = last;
    await afterPage(page.length);
  }
}

/**
 * Locks the records and makes sure that the changes are changes of what they say now: a page is read without a lock, and
 * a record may have been erased, deleted or promoted since.
 */
async function lockChanges(
  tx: Db,
  projectId: number,
  found: readonly Change<StoredRecord>[],
  pricing: Pricing,
): Promise<readonly Change<StoredRecord>[]> {
  if (found.length === 0) return found;
  const versions = await lockRecords(
    tx,
    projectId,
    found.map(({ record }) => record),
  );
  const isSame = ({ record }: Change<StoredRecord>) => versions.get(keyText(record)) === record.row_version;
  const moved: StoredRecord[] = found.filter((change) => !isSame(change)).map(({ record }) => record);
  if (moved.length === 0) return found;
  const again = changesOf(evaluate(await readRecords(tx, projectId, moved), pricing));
  return [...found.filter(isSame), ...again];
}

/** Figures of a preview that was made before do not hold any more. */
export const noteChanges = (tx: Db, run: Run) =>
  sql`update recostings set changed_order = nextval('recosting_order_seq') where id = ${run.id}`.execute(tx);
