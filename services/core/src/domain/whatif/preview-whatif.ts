import type { Context } from '../../context.ts';
import { MAX_IMMEDIATE_RECORDS, type WhatIfPreview, type WhatIfRequest } from '../../contract/whatif.ts';
import { inScope } from '../../db/scope.ts';
import { priceSelection } from './price-as.ts';
import { expectCalls } from './read-calls.ts';
import { checkChange, chooseRecords } from './selection.ts';

/** Counting stops here: whoever waits for a number wants to know whether it is large. */
const MAX_COUNTED = 1_000_000;

/**
 * Computes a what-if at once where it is small enough, and keeps nothing.
 * @throws AppError `invalid_request` naming the field; `not_found` for a project that is not the organization's
 */
export async function previewWhatIf(
  ctx: Context,
  member: { organizationId: number; timeZone: string },
  { selection, change }: WhatIfRequest,
): Promise<WhatIfPreview> {
  const { organizationId, timeZone } = member;
  checkChange(change);
  const chosen = await inScope(ctx, { organizationId }, (tx) => chooseRecords(tx, organizationId, selection));
  const records = await expectCalls(ctx, organizationId, chosen, MAX_COUNTED);
  if (records > MAX_IMMEDIATE_RECORDS) return { records, result: null };
  return { records, result: await priceSelection(ctx, organizationId, chosen, change, { timeZone }) };
}
