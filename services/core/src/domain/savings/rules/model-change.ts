import type { RecommendedChange } from '../../../contract/savings.ts';
import { type Look, savingOf } from '../look.ts';
import type { Spot, Traffic } from '../traffic.ts';
import { promptLimit } from './prompt-limit.ts';

export interface ModelChange {
  provider: string;
  model: string;
  member: string;
  savingPicoUsd: bigint;
  change: RecommendedChange;
}

/** What the same calls would save on each of these models at the same provider; those that save nothing are left out. */
export function priceChanges(
  look: Look,
  rows: readonly Traffic[],
  spot: Spot,
  members: readonly string[],
): ModelChange[] {
  const largest = Math.max(...rows.map(({ band }) => band));
  return members.flatMap((member): ModelChange[] => {
    const at = { ...spot, region: rows[0]?.region ?? null };
    const model = look.names.atSameProvider(at, member);
    if (model === undefined || !promptLimit(look, { ...at, model }, largest)) return [];
    let savingPicoUsd = 0n;
    for (const row of rows) {
      const saving = savingOf(look, row, { ...row, model });
      if (saving === undefined) return [];
      savingPicoUsd += saving;
    }
    if (savingPicoUsd <= 0n) return [];
    const { provider } = spot;
    return [{ provider, model, member, savingPicoUsd, change: { kind: 'model', provider, model } }];
  });
}

export const swapSnippet = (from: string, to: string) => ({
  language: 'diff',
  code: `- model: '${from}',\n+ model: '${to}',`,
});
