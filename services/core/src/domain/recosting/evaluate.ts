import type { Pricing } from '../usage/meter-call.ts';
import { isMeteredAlike, type Remetered, remeterRecord } from '../usage/remeter-record.ts';
import type { StoredRecord, SummedRecord } from './walk-records.ts';

/** A record whose figures are, or would be, others. */
export interface Change<Row extends SummedRecord = SummedRecord> {
  record: Row;
  after: Remetered;
}

export interface Evaluation {
  record: StoredRecord;
  /** `undefined`: it stays as it is. */
  change: Change<StoredRecord> | undefined;
  /** It stays as it is because it cannot be metered again. */
  kept: boolean;
}

/** What each record would be with these prices and today's readers. */
export function evaluate(records: readonly StoredRecord[], pricing: Pricing): Evaluation[] {
  return records.map((record) => {
    const after = remeterRecord(record, pricing);
    const isChanged = after !== undefined && !isMeteredAlike(record, after);
    return { record, change: isChanged ? { record, after } : undefined, kept: after === undefined };
  });
}

export const changesOf = (evaluations: readonly Evaluation[]): Change<StoredRecord>[] =>
  evaluations.flatMap(({ change }) => change ?? []);

/** By how much the sums change; duplicates are in none. */
export function differenceOf(changes: readonly Change[]): bigint {
  let difference = 0n;
  for (const { record, after } of changes) {
    if (record.duplicate_of === null) difference += (after.totalPicoUsd ?? 0n) - (record.total_pico_usd ?? 0n);
  }
  return difference;
}
