import { sql } from 'kysely';
import type { CostLine, RecordPrice } from '../../contract/records.ts';
import { createCatalog, type PriceVersion } from '../../cost/catalog.ts';
import type { CostByClass } from '../../cost/classes.ts';
import type { CompactPriceEntry } from '../../cost/compact-entry.ts';
import type { CompiledPrice } from '../../cost/compiled-price.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import { type CostLine as BillLine, explainCall } from '../../cost/price-call.ts';
import { providerFamily } from '../../cost/providers.ts';
import { COST_COLUMNS } from '../../db/columns.ts';
import type { Db } from '../../db/connection.ts';
import type { NormalUsage } from '../../usage/normal-form.ts';
import { readUsage } from '../../usage/read-usage.ts';
import { isUsageSource } from '../../usage/sources.ts';
import { toInstant } from '../prices/price-runs.ts';
import { costsByColumn } from './meter-call.ts';
import { explainReason } from './reasons.ts';
import { type RemeterRow, tokensByClass } from './remeter-record.ts';

interface Explanation {
  price: RecordPrice | null;
  lines: CostLine[];
  exact: boolean;
}

/** A price as it was said, whether or not it still holds. */
interface StoredPrice {
  described: RecordPrice;
  version: PriceVersion;
}

/**
 * Works out again what a record cost, from the price that it names and the usage that it keeps: quantity × rate × factors
 * for each class. Whether that gives the stored amounts to the last digit is part of the answer: it cannot where the raw
 * usage was erased, or where an override lay over a list price that was corrected later.
 */
export async function explainCost(tx: Db, organizationId: number, row: RemeterRow): Promise<Explanation> {
  if (row.cost_status !== 'priced') return { price: null, lines: [], exact: true };
  if (row.price_version_id === null) return { price: null, lines: [], exact: row.total_pico_usd === 0n };
  const stored = await findPrice(tx, organizationId, row.price_version_id, row.ts);
  const usage = readRecordUsage(row);
  if (!stored) return { price: null, lines: [], exact: false };
  const price = stored.described;
  if (!usage) return { price, lines: [], exact: false };
  let first: BillLine[] | undefined;
  for (const under of await pricesUnder(tx, stored.version, row.ts)) {
    const lines = await explainBy(tx, { version: stored.version, under, usage, row });
    if (sumsAreStored(lines, row)) return { price, lines: lines.map(toCostLine), exact: true };
    first ??= lines;
  }
  return { price, lines: (first ?? []).map(toCostLine), exact: false };
}

/** Ids of overrides are negative where a record names them. Those that were taken back are still there. */
const findPrice = (tx: Db, organizationId: number, id: number, at: Date): Promise<StoredPrice | undefined> =>
  id > 0 ? findListed(tx, id, at) : findOverride(tx, organizationId, -id, at);

async function findListed(tx: Db, id: number, at: Date): Promise<StoredPrice | undefined> {
  const row = await tx
    .selectFrom('price_versions')
    .select(['id', 'model_key', 'effective_from', 'effective_to', 'edition', 'origin', 'entry'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const [standing] = await listedAt(tx, row.model_key, at);
  return {
    version: { key: row.model_key, versionId: id, entry: row.entry as CompactPriceEntry },
    described: {
      kind: 'list',
      id,
      modelKey: row.model_key,
      effectiveFrom: toInstant(row.effective_from),
      effectiveTo: toInstant(row.effective_to),
      edition: row.edition,
      origin: row.origin,
      note: null,
      replaced: standing?.versionId !== id,
    },
  };
}

async function findOverride(tx: Db, organizationId: number, id: number, at: Date): Promise<StoredPrice | undefined> {
  const row = await tx
    .selectFrom('price_overrides')
    .select(['id', 'model_key', 'provider', 'mode', 'kind', 'rates', 'effective_from', 'effective_to', 'note'])
    .select('withdrawn_at')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const holds =
    row.withdrawn_at === null && row.effective_from <= at && (row.effective_to === null || at < row.effective_to);
  return {
    version: {
      key: row.model_key,
      versionId: -id,
      origin: row.kind,
      entry: {
        ...(row.provider === null ? {} : { provider: row.provider }),
        ...(row.mode === null ? {} : { mode: row.mode }),
        rates: row.rates,
      },
    },
    described: {
      kind: 'override',
      id,
      modelKey: row.model_key,
      effectiveFrom: toInstant(row.effective_from),
      effectiveTo: toInstant(row.effective_to),
      edition: null,
      origin: null,
      note: row.note,
      replaced: !holds,
    },
  };
}

/** What the list ever said of a model for a moment: what stands first, then what stood, the latest first. */
async function listedAt(tx: Db, key: string, at: Date): Promise<PriceVersion[]> {
  const { rows } = await sql<{ id: number; entry: CompactPriceEntry }>`
    select coalesce(restates, id) as id, entry from price_versions
    where model_key = ${key} and effective_from <= ${at} and (effective_to is null or effective_to > ${at})
    order by superseded_at is not null, recorded_at desc, id desc
    limit 20`.execute(tx);
  return rows.map(({ id, entry }) => ({ key, versionId: id, entry }));
}

/** The list prices that an override may have lain over; nothing lies under any other price. */
async function pricesUnder(tx: Db, version: PriceVersion, at: Date): Promise<(PriceVersion | undefined)[]> {
  const listed = version.origin === 'override' ? await listedAt(tx, version.key, at) : [];
  return listed.length > 0 ? listed : [undefined];
}

async function explainBy(
  tx: Db,
  {
    version,
    under,
    usage,
    row,
  }: { version: PriceVersion; under: PriceVersion | undefined; usage: NormalUsage; row: RemeterRow },
): Promise<BillLine[]> {
  const timestampMs = row.ts.getTime();
  const price = priceOf(under ? [under, version] : [version], timestampMs);
  if (!price) return [];
  const provider = price.entry.provider;
  const fees =
    usage.tools === undefined || provider === undefined
      ? []
      : await listedAt(tx, `${providerFamily(provider)}/container`, row.ts);
  return explainCall(price, usage, {
    timestampMs,
    requestedTier: row.requested_tier ?? undefined,
    toolFees: priceOf(fees.slice(0, 1), timestampMs),
  });
}

const priceOf = ([...versions]: readonly PriceVersion[], timestampMs: number): CompiledPrice | undefined =>
  versions[0] && createCatalog(versions).prices(versions[0].key)?.at(timestampMs)?.price;

/** The usage of a stored record in the normal form; `undefined` where it is not kept, or is read differently by now. */
function readRecordUsage(row: RemeterRow): NormalUsage | undefined {
  if (!isUsageSource(row.source)) return undefined;
  const tokens = tokensByClass(row);
  const read = readUsage({
    source: row.raw_usage === null && tokens ? 'normalized' : row.source,
    usage: row.raw_usage ?? (tokens && { tokens }),
    provider: row.provider,
    serviceTier: row.service_tier ?? undefined,
    speed: row.speed ?? undefined,
    region: row.region ?? undefined,
    units: row.units ?? undefined,
    ...(row.raw_usage === null && row.tools ? { tools: row.tools } : {}),
  });
  return read.status === 'read' ? read.usage : undefined;
}

function sumsAreStored(lines: readonly BillLine[], row: RemeterRow): boolean {
  const costs: CostByClass = {};
  for (const { costClass, amountPicoUsd } of lines) costs[costClass] = (costs[costClass] ?? 0n) + amountPicoUsd;
  const sums = costsByColumn(costs);
  return COST_COLUMNS.every((name) => (row[`${name}_pico_usd`] ?? 0n) === (sums[name] ?? 0n));
}

const toCostLine = ({
  costClass,
  quantity,
  rateUsd,
  field,
  factors,
  amountPicoUsd,
  approximate,
}: BillLine): CostLine => ({
  costClass,
  quantity,
  rate: rateUsd,
  field,
  factors,
  amount: formatPicoUsd(amountPicoUsd),
  approximate: approximate.map(explainReason),
});
