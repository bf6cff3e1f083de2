import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { PriceChange, PriceRun, PriceRunCode } from '../../contract/prices.ts';
import type { ParsedPrices, PriceFileResult } from '../../cost/price-file.ts';
import type { Db } from '../../db/connection.ts';
import { inScope, type Scope } from '../../db/scope.ts';
import { audit } from '../audit/audit.ts';
import { findUnstorableText } from '../usage/unstorable-text.ts';
import { compareList, type ListChange, type PriceList } from './compare-list.ts';
import { previewChange } from './price-changes.ts';
import { noteRun, type PriceRunValues } from './price-runs.ts';
import { loadStanding, nominalStart, type StandingVersion } from './standing-versions.ts';
import { lockPrices, writeVersions } from './write-versions.ts';

export interface PriceListInput {
  kind: 'sync' | 'import';
  /** What `parsePriceFile` made of the file. */
  file: PriceFileResult;
  /** From when the list holds. */
  effectiveFrom: Date;
  /** Where neither this nor the file says it, the day from which it holds. */
  edition?: string | undefined;
  /** An address without credentials, or the name of a file. */
  source: string;
  etag?: string | undefined;
  lastModified?: string | undefined;
  startedAt: Date;
  /** Who asked for it; nobody for the schedule and the command line. */
  startedBy?: Scope & { userId: number };
  /** Tells what would change, and writes nothing. */
  dryRun?: boolean;
}

export interface PriceListOutcome {
  run: PriceRun;
  /** Flagged ones first; at most `SHOWN_CHANGES`. */
  changes: PriceChange[];
}

/** Far above any list; below what would make one statement of Postgres take minutes. */
const MAX_MODELS = 50_000;
const MAX_KEY_LENGTH = 500;
const SHOWN_CHANGES = 500;

/**
 * Makes a price list the one that holds from a time on, in one transaction: new versions for what differs, and a run that
 * says what did. A bad entry is left out, a list that cannot be true is refused whole; then the prices stay as they are.
 * Of two at once the second waits for the first.
 */
export async function applyPriceList(ctx: Context, input: PriceListInput): Promise<PriceListOutcome> {
  return inScope(ctx, input.startedBy ?? {}, async (tx) => {
    if (!input.dryRun) await lockPrices(tx);
    const known = await loadKnown(tx);
    const list = readList(input);
    const refusal = 'code' in list ? list : findImplausibility(list, known.present);
    if (refusal !== undefined || 'code' in list) return finish(ctx, tx, input, { refusal, changes: [], models: 0 });
    const newest = list.effectiveFrom.getTime() >= known.newestFromMs;
    const changes = compareList(list, { ...known, newest });
    return finish(ctx, tx, input, { changes, models: list.entries.size, edition: list.edition });
  });
}

interface Refusal {
  code: PriceRunCode;
  message: string;
}

async function loadKnown(tx: Db) {
  const standing = await loadStanding(tx);
  const { rows: gone } = await sql<{ model_key: string }>`
    select model_key from (
      select distinct on (model_key) model_key, kind from price_sync_changes
      where kind <> 'refused' order by model_key, sync_id desc) as last
    where kind = 'removed'`.execute(tx);
  const goneKeys = new Set(gone.map(({ model_key }) => model_key));
  const { rows: runs } = await sql<{ newest: Date | null }>`
    select max(effective_from) as newest from price_syncs
    where status in ('applied', 'unchanged') and kind <> 'correction'`.execute(tx);
  const starts = [...standing.values()].flatMap((versions) =>
    versions.filter(({ origin }) => origin !== 'correction').map(nominalStart),
  );
  return {
    standing,
    gone: goneKeys,
    present: [...standing.keys()].filter((key) => !goneKeys.has(key)).length,
    newestFromMs: starts.reduce((latest, start) => Math.max(latest, start), runs[0]?.newest?.getTime() ?? 0),
  };
}

function readList({ file, kind, effectiveFrom, edition }: PriceListInput): PriceList | Refusal {
  if (file.status === 'refused') return { code: file.reason, message: FILE_REFUSALS[file.reason] };
  const entries = new Map<string, NonNullable<ReturnType<ParsedPrices['entries']['get']>>>();
  const refused: PriceList['refused'][number][] = file.refused.map((refusal) => ({
    ...refusal,
    key: storableKey(refusal.key),
  }));
  for (const [key, entry] of file.entries) {
    // One such text would fail the whole list.
    const offender = key.length > MAX_KEY_LENGTH ? 'key' : findUnstorableText({ key, entry });
    if (offender === undefined) entries.set(key, entry);
    else refused.push({ key: storableKey(key), reason: 'unstorable_text', field: offender });
  }
  const day = effectiveFrom.toISOString().slice(0, 10);
  return { entries, refused, effectiveFrom, origin: kind, edition: edition ?? file.edition ?? day };
}

const FILE_REFUSALS = {
  not_json: 'The file is not JSON, or breaks off',
  not_an_object: 'The file is JSON, but not an object of models',
  no_models: 'The file has no model with a usable entry',
} as const;

const storableKey = (key: string) => key.toWellFormed().replaceAll('\0', '�').slice(0, MAX_KEY_LENGTH);

/** A list of half the size is a list that was cut off, or another file. */
function findImplausibility({ entries }: PriceList, present: number): Refusal | undefined {
  if (entries.size > MAX_MODELS) {
    return { code: 'too_many_models', message: `The file has ${entries.size} models; at most ${MAX_MODELS} are taken` };
  }
  if (entries.size * 2 >= present) return undefined;
  return {
    code: 'too_few_models',
    message: `The file has ${entries.size} models with usable entries, fewer than half of the ${present} of the last list`,
  };
}

async function finish(
  ctx: Context,
  tx: Db,
  input: PriceListInput,
  result: { refusal?: Refusal | undefined; changes: ListChange[]; models: number; edition?: string },
): Promise<PriceListOutcome> {
  const { refusal, changes } = result;
  const now = ctx.clock.now();
  const count = (kind: ListChange['kind']) => changes.filter((change) => change.kind === kind).length;
  const [added, changed, removed] = [count('added'), count('changed'), count('removed')];
  const values: PriceRunValues = {
    kind: input.kind,
    status: refusal ? 'refused' : added + changed + removed > 0 ? 'applied' : 'unchanged',
    code: refusal?.code ?? null,
    message: refusal?.message ?? null,
    source: input.source,
    edition: result.edition ?? null,
    etag: input.etag ?? null,
    last_modified: input.lastModified ?? null,
    effective_from: input.effectiveFrom,
    started_at: input.startedAt,
    finished_at: now,
    started_by: input.startedBy?.userId ?? null,
    models: result.models,
    added,
    changed,
    removed,
    flagged: changes.filter(({ flaggedRates }) => flaggedRates.length > 0).length,
    refused: count('refused'),
  };
  const shown = changes
    .toSorted((a, b) => b.flaggedRates.length - a.flaggedRates.length)
    .slice(0, SHOWN_CHANGES)
    .map(previewChange);
  if (input.dryRun) return { run: previewRun(values, input), changes: shown };
  const plans = changes.flatMap(({ plan }) => (plan ? [plan] : []));
  const ids = await writeVersions(tx, plans, now);
  const versionOf = new Map(plans.map((plan, i) => [plan, ids[i] ?? null]));
  const run = await noteRun(tx, values);
  await noteChanges(tx, run.id ?? 0, changes, (change) => (change.plan ? (versionOf.get(change.plan) ?? null) : null));
  if (input.kind === 'import' && run.status === 'applied' && input.startedBy?.organizationId !== undefined) {
    await audit(tx, input.startedBy.organizationId, {
      action: 'price.imported',
      ...(run.id === null ? {} : { targetId: run.id }),
      after: { added, changed, removed },
    });
  }
  ctx.log.info({ runId: run.id, status: run.status, added, changed, removed, flagged: run.flagged }, 'price list read');
  return { run, changes: shown.map((change) => ({ ...change, runId: run.id })) };
}

async function noteChanges(
  tx: Db,
  runId: number,
  changes: readonly ListChange[],
  versionOf: (change: ListChange) => number | null,
): Promise<void> {
  for (let start = 0; start < changes.length; start += 1_000) {
    const rows = changes.slice(start, start + 1_000).map((change) => ({
      sync_id: runId,
      model_key: change.modelKey,
      kind: change.kind,
      ...versionsOf(change, versionOf(change)),
      flagged_rates: change.flaggedRates,
      refusal_reason: change.refusal?.reason ?? null,
      refusal_field: change.refusal?.field.toWellFormed().replaceAll('\0', '�') ?? null,
    }));
    await tx.insertInto('price_sync_changes').values(rows).execute();
  }
}

/** A model that came back unchanged has its old version; one that is gone or refused keeps it as the one before. */
function versionsOf(change: ListChange, versionId: number | null) {
  const stays: StandingVersion | undefined = change.stays;
  if (change.plan) return { previous_version_id: change.plan.previous?.id ?? null, version_id: versionId };
  if (change.kind === 'added') return { previous_version_id: null, version_id: stays?.id ?? null };
  return { previous_version_id: stays?.id ?? null, version_id: null };
}

function previewRun(values: PriceRunValues, input: PriceListInput): PriceRun {
  return {
    id: null,
    kind: input.kind,
    status: values.status,
    code: (values.code ?? null) as PriceRunCode | null,
    message: values.message ?? null,
    source: input.source,
    edition: values.edition ?? null,
    etag: null,
    effectiveFrom: input.effectiveFrom.toISOString(),
    startedAt: input.startedAt.toISOString(),
    finishedAt: new Date(values.finished_at as Date).toISOString(),
    startedBy: null,
    models: values.models ?? 0,
    added: values.added ?? 0,
    changed: values.changed ?? 0,
    removed: values.removed ?? 0,
    flagged: values.flagged ?? 0,
    refused: values.refused ?? 0,
  };
}
