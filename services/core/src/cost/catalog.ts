import type { UnpricedReason } from './approximations.ts';
import type { CompactPriceEntry } from './compact-entry.ts';
import { type CompiledPrice, compilePrice } from './compiled-price.ts';
import { entryOf } from './map-entry.ts';
import { ModelIndex, type ModelMatch, type ModelQuery } from './model-index.ts';
import { isLocalRuntime, providerFamily } from './providers.ts';

/** One price of one model for a span of time. */
export interface PriceVersion {
  /** The model's key in the price list, such as `azure/gpt-5.4`. */
  key: string;
  /** Stored with every record that it prices. */
  versionId: number | string;
  entry: CompactPriceEntry;
  /** Milliseconds since 1970, inclusive; absent: since ever. */
  effectiveFromMs?: number | undefined;
  /** Exclusive; absent: until further notice. */
  effectiveToMs?: number | undefined;
  /**
   * `list`: from a price list. `override`: set by the organization; it wins, and where both have a model its fields
   * are laid over the list's. `replacement`: an override that stands alone.
   */
  origin?: 'list' | 'override' | 'replacement';
}

/** The price in effect at a moment. */
export interface EffectivePrice {
  price: CompiledPrice;
  versionId: number | string;
  origin: 'list' | 'override';
  /** Set where the entry has no usable rate. */
  gap?: UnpricedReason | undefined;
}

/** A model found in the catalog. */
interface ResolvedModel extends ModelMatch {
  prices: ModelPrices;
}

/** Names that stand for a model: an Azure deployment, a gateway's route. Key and value as `model` or `provider/model`. */
export type ModelAliases = ReadonlyMap<string, string>;

export interface Catalog {
  /** Finds a model by any spelling; memoized, with bounded memory. `aliases` stand in for the catalog's own. */
  resolve(query: ModelQuery & { aliases?: ModelAliases | undefined }): ResolvedModel | undefined;
  /** The price for tools that a provider lists apart from its models. */
  toolFees(provider: string | undefined, timestampMs: number): CompiledPrice | undefined;
  /** All keys, in no particular order. */
  keys(): Iterable<string>;
  prices(key: string): ModelPrices | undefined;
  readonly index: ModelIndex;
}

/** Names remembered before the memory starts anew; far more than an installation's models. */
const MAX_REMEMBERED = 20_000;

/**
 * Makes a catalog of price versions. `base` is a catalog that this one adds to: an organization's overrides over the
 * prices that all share. `ownAliases` are that organization's, for whoever resolves a name by the catalog.
 */
export function createCatalog(versions: Iterable<PriceVersion>, base?: Catalog, ownAliases?: ModelAliases): Catalog {
  const byKey = new Map<string, PriceVersion[]>();
  for (const version of versions) entryOf(byKey, version.key, (): PriceVersion[] => []).push(version);
  const index = new ModelIndex(
    [...byKey].map(([key, list]) => ({
      key,
      provider: list.find(({ entry }) => entry.provider)?.entry.provider ?? base?.prices(key)?.provider,
    })),
    base?.index,
  );
  const models = new Map<string, ModelPrices>();
  const prices = (key: string): ModelPrices | undefined => {
    const own = byKey.get(key);
    if (own === undefined) return base?.prices(key);
    return entryOf(models, key, () => new ModelPrices(key, own, base?.prices(key)));
  };
  const find = (query: ModelQuery): ResolvedModel | undefined => {
    const match = index.find(query);
    const found = match && prices(match.key);
    return match && found && { ...match, prices: found };
  };
  const remember = memoize(find);

  return {
    index,
    prices,
    keys: () => new Set([...byKey.keys(), ...(base?.keys() ?? [])]),
    resolve({ aliases = ownAliases, ...query }) {
      const target = aliases === undefined || aliases.size === 0 ? undefined : findAlias(aliases, query);
      if (target === undefined) return remember(query);
      const direct = index.has(target) ? prices(target) : undefined;
      if (direct !== undefined) return { key: target, matchedBy: 'alias', otherProvider: false, prices: direct };
      const found = remember({ ...query, model: target });
      return found && { ...found, matchedBy: 'alias' };
    },
    toolFees(provider, timestampMs) {
      if (provider === undefined) return undefined;
      return prices(`${providerFamily(provider)}/container`)?.at(timestampMs)?.price;
    },
  };
}

function findAlias(aliases: ModelAliases, { provider, model }: ModelQuery): string | undefined {
  if (provider !== undefined) {
    const target = aliases.get(`${provider}/${model}`) ?? aliases.get(`${providerFamily(provider)}/${model}`);
    if (target !== undefined) return target;
  }
  return aliases.get(model);
}

type Find = (query: ModelQuery) => ResolvedModel | undefined;
/** By region and image, which few senders state. */
type Details = Map<string, ResolvedModel | undefined>;

/** Senders choose the names, so the memory is bounded: when it is full it starts anew. */
function memoize(find: Find): Find {
  const byProvider = new Map<string, Map<string, Details>>();
  let remembered = 0;
  return (query) => {
    const { provider = '', model, region, imageSize, imageQuality } = query;
    const detail = region === undefined && imageSize === undefined ? '' : `${region}\0${imageSize}\0${imageQuality}`;
    const known = byProvider.get(provider)?.get(model);
    if (known?.has(detail)) return known.get(detail);
    const found = find(query);
    if (remembered >= MAX_REMEMBERED) {
      byProvider.clear();
      remembered = 0;
    }
    const byModel = entryOf(byProvider, provider, (): Map<string, Details> => new Map());
    entryOf(byModel, model, (): Details => new Map()).set(detail, found);
    remembered++;
    return found;
  };
}

type Prepared = { version: PriceVersion; effective: EffectivePrice | undefined };

/** All versions of one model's price. */
class ModelPrices {
  readonly key: string;
  /** LiteLLM's name of the provider, where a version says it. */
  readonly provider: string | undefined;
  readonly #list: Prepared[];
  readonly #overrides: PriceVersion[];
  readonly #base: ModelPrices | undefined;
  readonly #merged = new Map<string, EffectivePrice>();

  constructor(key: string, versions: readonly PriceVersion[], base?: ModelPrices) {
    this.key = key;
    this.provider = versions.find(({ entry }) => entry.provider)?.entry.provider ?? base?.provider;
    this.#base = base;
    // The latest start first, so that of two versions in effect the newer one is found.
    const sorted = [...versions].sort((a, b) => start(b) - start(a));
    this.#list = sorted.filter(isListed).map((version) => ({ version, effective: undefined }));
    this.#overrides = sorted.filter((version) => !isListed(version));
  }

  /** The price in effect at a moment, in milliseconds since 1970; undefined where none was. */
  at(timestampMs: number): EffectivePrice | undefined {
    const listed = this.#listedAt(timestampMs);
    const override = this.#overrides.find((version) => isInEffect(version, timestampMs));
    return override === undefined ? listed : this.#merge(override, listed);
  }

  #listedAt(timestampMs: number): EffectivePrice | undefined {
    for (const prepared of this.#list) {
      if (!isInEffect(prepared.version, timestampMs)) continue;
      prepared.effective ??= prepareListed(prepared.version);
      return prepared.effective;
    }
    return this.#base?.at(timestampMs);
  }

  #merge(override: PriceVersion, listed: EffectivePrice | undefined): EffectivePrice {
    const under = override.origin === 'replacement' ? undefined : listed;
    const name = `${override.versionId}\0${override.effectiveFromMs}\0${under?.origin}\0${under?.versionId}`;
    return entryOf(this.#merged, name, () => prepareOverride(this.key, override, under));
  }
}

function prepareListed({ key, versionId, entry }: PriceVersion): EffectivePrice {
  const price = compilePrice(entry, key);
  return { price, versionId, origin: 'list', gap: findGap(price, key) };
}

/** The list says 0 for many models whose price it does not know; see `isLocalRuntime` for those where 0 is true. */
function findGap({ entry, store }: CompiledPrice, key: string): UnpricedReason | undefined {
  if (store.hasCharge) return undefined;
  if (Object.keys(entry.rates).length === 0) return 'no_rates_in_file';
  return isLocalRuntime(entry.provider, key) ? undefined : 'zero_in_file';
}

function prepareOverride(key: string, override: PriceVersion, under: EffectivePrice | undefined): EffectivePrice {
  const base = under?.price.entry;
  const entry: CompactPriceEntry = {
    ...base,
    ...override.entry,
    rates: { ...base?.rates, ...override.entry.rates },
  };
  const gap = Object.keys(override.entry.rates).length === 0 ? under?.gap : undefined;
  return { price: compilePrice(entry, key), versionId: override.versionId, origin: 'override', gap };
}

function isListed({ origin }: PriceVersion): boolean {
  return origin === undefined || origin === 'list';
}

function start({ effectiveFromMs }: PriceVersion): number {
  return effectiveFromMs ?? Number.NEGATIVE_INFINITY;
}

function isInEffect({ effectiveFromMs, effectiveToMs }: PriceVersion, timestampMs: number): boolean {
  return (
    (effectiveFromMs === undefined || timestampMs >= effectiveFromMs) &&
    (effectiveToMs === undefined || timestampMs < effectiveToMs)
  );
}
