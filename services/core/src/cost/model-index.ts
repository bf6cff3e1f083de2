import { entryOf } from './map-entry.ts';
import { imageVariants, strippedNames, undatedNames } from './model-names.ts';
import { providerFamily } from './providers.ts';

/**
 * How a model's name was found in the price list, in the order in which the rules are tried. Stored with the record, so
 * the names are never changed.
 */
export const MATCH_RULES = {
  alias: 'The organization says which model the name stands for.',
  provider_key: 'The price list has it as `provider/model`.',
  bare_key: 'The price list has the name alone, for the same provider.',
  other_provider: 'The price list has the name alone, for another provider.',
  stripped: "The provider's region, account, vendor or version parts were taken out of the name.",
  undated: 'The price list has the family of the dated snapshot, not the snapshot.',
} as const;

export type MatchRule = keyof typeof MATCH_RULES;

export interface ModelQuery {
  /** As the sender says it; undefined where it does not. */
  provider?: string | undefined;
  model: string;
  region?: string | undefined;
  imageSize?: string | undefined;
  imageQuality?: string | undefined;
}

export interface ModelMatch {
  key: string;
  matchedBy: MatchRule;
  /** The price is another provider's, so it is only approximately right. */
  otherProvider: boolean;
}

/** Callers in front of any provider: their name says nothing about whose model it is. */
const GATEWAYS: ReadonlySet<string> = new Set(['litellm', 'litellm_proxy']);

/** The keys of a price list, found by any spelling. */
export class ModelIndex {
  readonly #keys = new Map<string, { key: string; family: string | undefined }>();
  /** By provider family: the key without the provider's prefix. */
  readonly #prefixed = new Map<string, Map<string, string>>();
  readonly #base: ModelIndex | undefined;

  /** `base` is asked where this index does not know a name. */
  constructor(models: Iterable<{ key: string; provider: string | undefined }>, base?: ModelIndex) {
    this.#base = base;
    for (const { key, provider } of models) this.#add(key, provider);
  }

  has(key: string): boolean {
    return this.#keys.has(key) || this.#base?.has(key) === true;
  }

  find(query: ModelQuery): ModelMatch | undefined {
    const family = query.provider === undefined ? undefined : providerFamily(query.provider);
    const provider = family === undefined || GATEWAYS.has(family) ? undefined : family;
    const stripped = strippedNames(provider ?? '', query.model);
    const undated = [query.model, ...stripped].flatMap(undatedNames);
    return (
      this.#findAny(provider, [query.model], query) ??
      withRule('stripped', this.#findAny(provider, stripped, query)) ??
      withRule('undated', this.#findAny(provider, undated, query))
    );
  }

  /** Any of the names: under the provider's prefix, bare and the provider's, bare and another's. */
  #findAny(family: string | undefined, models: readonly string[], query: ModelQuery): ModelMatch | undefined {
    const names = models.flatMap((model) => [...imageVariants(model, query.imageSize, query.imageQuality), model]);
    if (family !== undefined) {
      for (const name of names) {
        const key = this.prefixedKey(family, name, query.region);
        if (key !== undefined) return { key, matchedBy: 'provider_key', otherProvider: false };
      }
    }
    const bare = names.map((name) => this.bareKey(name)).filter((found) => found !== undefined);
    const own = bare.find((found) => (family === undefined ? found.key.includes('/') : found.family === family));
    if (own !== undefined) return { key: own.key, matchedBy: 'bare_key', otherProvider: false };
    const other = bare[0];
    return other && { key: other.key, matchedBy: 'other_provider', otherProvider: true };
  }

  protected prefixedKey(family: string, name: string, region: string | undefined): string | undefined {
    const names = this.#prefixed.get(family);
    const regional = region === undefined ? undefined : get(names, `${region}/${name}`);
    return regional ?? get(names, name) ?? this.#base?.prefixedKey(family, name, region);
  }

  protected bareKey(name: string): { key: string; family: string | undefined } | undefined {
    return get(this.#keys, name) ?? this.#base?.bareKey(name);
  }

  #add(key: string, provider: string | undefined): void {
    const family = provider === undefined ? undefined : providerFamily(provider);
    set(this.#keys, key, { key, family });
    const slash = key.indexOf('/');
    const prefix = slash === -1 ? '' : key.slice(0, slash);
    if (prefix === '') return;
    const owner = family ?? providerFamily(prefix);
    if (providerFamily(prefix.replaceAll('-', '_')) !== owner && providerFamily(prefix) !== owner) return;
    set(
      entryOf(this.#prefixed, owner, () => new Map<string, string>()),
      key.slice(slash + 1),
      key,
    );
  }
}

function withRule(matchedBy: MatchRule, match: ModelMatch | undefined): ModelMatch | undefined {
  return match && { ...match, matchedBy };
}

/** Exact spelling first; senders differ in upper and lower case. */
function get<Value>(map: Map<string, Value> | undefined, name: string): Value | undefined {
  return map?.get(name) ?? map?.get(lowerKey(name));
}

function set<Value>(map: Map<string, Value>, name: string, value: Value): void {
  map.set(name, value);
  const lower = lowerKey(name);
  if (!map.has(lower)) map.set(lower, value);
}

/** A name in lower case, marked so that it never shadows an exact one. */
function lowerKey(name: string): string {
  return `\0${name.toLowerCase()}`;
}
