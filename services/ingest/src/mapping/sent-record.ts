import type { UsageRecord } from '@tokengrip/core/contract/usage';

/** A record in the making: what is not known is undefined. */
export type DraftRecord = { [Field in keyof UsageRecord]?: UsageRecord[Field] | undefined };

/** The record as the contract takes it, without what is not known. It is validated like any other. */
export const sentRecord = (draft: DraftRecord): Record<string, unknown> =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
