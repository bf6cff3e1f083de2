import type { Context } from '../../context.ts';
import type { AffectedSpan, CorrectionReply } from '../../contract/prices.ts';
import type { Db } from '../../db/connection.ts';
import { inScope, type Scope } from '../../db/scope.ts';
import { AppError, invalidField } from '../../errors.ts';
import { audit } from '../audit/audit.ts';
import { planCorrection, type SpanPlan } from './plan-spans.ts';
import { findChangedVersions } from './price-changes.ts';
import { noteRun } from './price-runs.ts';
import { loadStanding, type StandingVersion } from './standing-versions.ts';
import { lockPrices, toTimestamp, writeVersions } from './write-versions.ts';

export interface CorrectionInput {
  /** The run whose changes are meant; without it, the present prices of `modelKeys`. */
  runId?: number | undefined;
  modelKeys?: readonly string[] | undefined;
  /** `null`: since ever. */
  since: Date | null;
  startedBy?: Scope & { userId: number };
}

/**
 * Declares that a price held already before it came: what was known for the time between is superseded, and the spans in
 * which records now have another price are returned, so that re-costing can be offered.
 * @throws AppError `invalid_request` when `since` is not before the change, or nothing says which change is meant;
 * `not_found` for a run or a model that does not exist; `conflict` for a change that has been replaced since
 */
export async function declareCorrection(ctx: Context, input: CorrectionInput): Promise<CorrectionReply> {
  const startedAt = ctx.clock.now();
  return inScope(ctx, input.startedBy ?? {}, async (tx) => {
    await lockPrices(tx);
    const sinceMs = input.since?.getTime() ?? Number.NEGATIVE_INFINITY;
    const targets = await findTargets(tx, input, startedAt.getTime());
    const plans = targets.map(({ standing, target }) => {
      const plan = planCorrection(standing, target, sinceMs);
      if (!plan) throw invalidField('since', `must be before the change of ${target.modelKey}`);
      return plan;
    });
    const now = ctx.clock.now();
    const ids = await writeVersions(tx, plans, now);
    const run = await noteRun(tx, {
      kind: 'correction',
      status: 'applied',
      code: null,
      message: null,
      source: input.runId === undefined ? 'present prices' : `run ${input.runId}`,
      edition: null,
      etag: null,
      last_modified: null,
      effective_from: toTimestamp(sinceMs) as Date,
      started_at: startedAt,
      finished_at: now,
      started_by: input.startedBy?.userId ?? null,
      models: plans.length,
      changed: plans.length,
    });
    const rows = plans.map((plan, i) => ({
      sync_id: run.id ?? 0,
      model_key: plan.added.modelKey,
      kind: 'changed' as const,
      previous_version_id: plan.previous?.id ?? null,
      version_id: ids[i] ?? null,
    }));
    await tx.insertInto('price_sync_changes').values(rows).execute();
    if (input.runId !== undefined) await markCorrected(tx, input, plans, run.id ?? 0, now);
    if (input.startedBy?.organizationId !== undefined) {
      await audit(tx, input.startedBy.organizationId, {
        action: 'price.corrected',
        ...(run.id === null ? {} : { targetId: run.id }),
        after: { models: plans.length, since: input.since },
      });
    }
    ctx.log.info({ runId: run.id, models: plans.length }, 'prices corrected');
    return { run, affected: plans.map(affectedSpan) };
  });
}

async function findTargets(
  tx: Db,
  { runId, modelKeys }: CorrectionInput,
  nowMs: number,
): Promise<{ standing: StandingVersion[]; target: StandingVersion }[]> {
  if (runId === undefined) {
    if (!modelKeys) throw invalidField('modelKeys', 'is required where no run is named');
    const standing = await loadStanding(tx, modelKeys);
    return [...new Set(modelKeys)].map((key) => {
      const versions = standing.get(key) ?? [];
      const target = versions.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
      if (!target) throw new AppError('not_found', `There is no price for ${key}`);
      return { standing: versions, target };
    });
  }
  const changed = await findChangedVersions(tx, runId, modelKeys);
  if (changed.length === 0) throw invalidField('runId', 'must be a run that changed prices');
  const standing = await loadStanding(
    tx,
    changed.map(({ modelKey }) => modelKey),
  );
  const said = await findSaid(
    tx,
    changed.map(({ versionId }) => versionId),
  );
  return changed.map(({ modelKey, versionId }) => {
    const versions = standing.get(modelKey) ?? [];
    const row = said.get(versionId);
    // A later price may have ended its span; it is the same price all the same.
    const target = versions.find(({ priceId, fromMs }) => priceId === row?.priceId && fromMs === row.fromMs);
    if (!target) {
      throw new AppError('conflict', `What the run ${runId} said of ${modelKey} has been replaced or corrected since`);
    }
    return { standing: versions, target };
  });
}

async function findSaid(tx: Db, ids: readonly number[]): Promise<Map<number, { priceId: number; fromMs: number }>> {
  const rows = await tx
    .selectFrom('price_versions')
    .select(['id', 'restates', 'effective_from'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, { priceId: row.restates ?? row.id, fromMs: Number(row.effective_from) }]));
}

/** Whoever says what a change is has looked at it. */
async function markCorrected(
  tx: Db,
  input: CorrectionInput,
  plans: readonly SpanPlan[],
  correction: number,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('price_sync_changes')
    .set((eb) => ({
      corrected_by: correction,
      acknowledged_at: eb.fn.coalesce('acknowledged_at', eb.val(now)),
      acknowledged_by: eb.fn.coalesce('acknowledged_by', eb.val(input.startedBy?.userId ?? null)),
    }))
    .where('sync_id', '=', input.runId ?? 0)
    .where(
      'model_key',
      'in',
      plans.map(({ added }) => added.modelKey),
    )
    .execute();
}

const affectedSpan = ({ added }: SpanPlan): AffectedSpan => ({
  modelKey: added.modelKey,
  from: Number.isFinite(added.fromMs) ? new Date(added.fromMs).toISOString() : null,
  to: new Date(added.toMs).toISOString(),
});
