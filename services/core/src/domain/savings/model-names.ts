import type { Catalog } from '../../cost/catalog.ts';
import { undatedNames } from '../../cost/model-names.ts';
import { providerFamily } from '../../cost/providers.ts';
import { placeOf } from './families.ts';

/** A key of the price list, taken apart. */
interface KnownModel {
  /** Its name in the table of families. */
  member: string;
  /** What the provider writes before it: `eu.anthropic.`, `eu/`. */
  prefix: string;
  family: string;
}

/** Vendors and regions in front of Bedrock's names. */
const PREFIX =
  /^((?:[a-z-]+\/)*(?:(?:us-gov|us|eu|apac|jp|au|ca|sa|me|af|il|global)\.)?(?:(?:anthropic|amazon|mistral)\.)?)(.+)$/;
const VERSION = /(?:-v\d+)?(?::\d+)?$|@(?:default|latest)$/;

/** Finds what the table of families says about a model, and how its provider calls another of the family. */
export class ModelNames {
  readonly #catalog: Catalog;
  readonly #known = new Map<string, KnownModel>();
  /** By provider, prefix and member: the key, the shortest where there are several. */
  readonly #keys = new Map<string, string>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    for (const key of catalog.keys()) {
      const known = takeApart(key, catalog.prices(key)?.provider);
      if (known === undefined) continue;
      this.#known.set(key, known);
      const place = placeName(known.family, known.prefix, known.member);
      const before = this.#keys.get(place);
      if (before === undefined || key.length < before.length) this.#keys.set(place, key);
    }
  }

  /** What the model is in the table; undefined for one that is not in it. */
  memberOf(model: { provider: string; model: string; region?: string | null }): string | undefined {
    return this.#find(model)?.member;
  }

  /** The model's entry in the price list at that time. */
  entryOf(model: { provider: string; model: string; region?: string | null }, at: Date) {
    return this.#catalog.resolve({ ...model, region: model.region ?? undefined })?.prices.at(at.getTime())?.price.entry;
  }

  /** Another member as the same provider calls it, in the same region; undefined where it has no such model. */
  atSameProvider(model: { provider: string; model: string; region?: string | null }, member: string) {
    const known = this.#find(model);
    const key = known && this.#keys.get(placeName(known.family, known.prefix, member));
    if (key === undefined) return undefined;
    const slash = key.indexOf('/');
    return slash === -1 || known?.prefix.includes('/') ? key : key.slice(slash + 1);
  }

  #find({ provider, model, region }: { provider: string; model: string; region?: string | null }) {
    const key = this.#catalog.resolve({ provider, model, region: region ?? undefined })?.key;
    return key === undefined ? undefined : this.#known.get(key);
  }
}

const placeName = (family: string, prefix: string, member: string) => `${family}\0${prefix}\0${member}`;

function takeApart(key: string, provider: string | undefined): KnownModel | undefined {
  if (provider === undefined) return undefined;
  const family = providerFamily(provider);
  const slash = key.indexOf('/');
  const own = slash !== -1 && providerFamily(key.slice(0, slash)) === family;
  const [, prefix = '', name = ''] = PREFIX.exec(own ? key.slice(slash + 1) : key) ?? [];
  const bare = name.replace(VERSION, '');
  const member = [bare, ...undatedNames(bare)].find((candidate) => placeOf(candidate) !== undefined);
  return member === undefined ? undefined : { member, prefix, family };
}
