import type { RecordSelection } from '../../contract/exports.ts';
import type { WhatIfChange } from '../../contract/whatif.ts';
import type { Tx } from '../../db/scope.ts';
import { invalidField } from '../../errors.ts';
import { chooseProjects } from '../usage/choose-projects.ts';
import { readPeriod } from '../usage/read-period.ts';
import { type RecordFilter, recordFilter } from '../usage/record-filter.ts';
import { findUnstorableText } from '../usage/unstorable-text.ts';

/** Which records are priced: like `RecordFilter`, with both ends. */
export interface Selection extends RecordFilter {
  period: { from: Date; to: Date };
}

/**
 * The records of a selection, of the organization's own projects. Without projects: all but the demo project.
 * @throws AppError `invalid_request` naming the field, `not_found` for a project that is not the organization's
 */
export async function chooseRecords(tx: Tx, organizationId: number, wanted: RecordSelection): Promise<Selection> {
  const offender = findUnstorableText({ selection: wanted });
  if (offender !== undefined) throw invalidField(offender, 'contains a character that cannot be stored');
  return selectionOf(wanted, await chooseProjects(tx, organizationId, wanted.projectId));
}

/** @throws AppError `invalid_request` naming the field */
export function selectionOf(wanted: RecordSelection, projectIds: readonly number[]): Selection {
  const period = readPeriod(wanted);
  return { ...recordFilter(wanted, projectIds), period };
}

/** @throws AppError `invalid_request` for a change that changes nothing, or cannot be */
export function checkChange(change: WhatIfChange): void {
  const { model, serviceTier, caching, tokens } = change;
  const offender = findUnstorableText({ change });
  if (offender !== undefined) throw invalidField(offender, 'contains a character that cannot be stored');
  if (caching && caching.readShare + (caching.writeShare ?? 0) > 1) {
    throw invalidField('change.caching', 'what is read and what is written are together at most 1');
  }
  const isScaled = tokens?.inputFactor !== undefined || tokens?.outputFactor !== undefined;
  if (!model && serviceTier === undefined && !caching && !isScaled) {
    throw invalidField('change', 'must say what would be different');
  }
}

/** @throws AppError `invalid_request` */
export function checkName(name: string): void {
  const offender = findUnstorableText({ name });
  if (offender !== undefined) throw invalidField('name', 'contains a character that cannot be stored');
}
