import { MINUTE } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { Catalog } from '../../cost/catalog.ts';
import { inScope } from '../../db/scope.ts';
import {
  layerCatalog,
  loadCatalog,
  loadOrganizationPrices,
  type OrganizationPrices,
  readListRevision,
} from './load-catalog.ts';

export interface Catalogs {
  /** The prices of an organization, as they were known at most a minute ago. Only the very first look can fail. */
  forOrganization(organizationId: number): Promise<Catalog>;
  /** The same, looked up now. */
  fresh(organizationId: number): Promise<Catalog>;
  /** The next look asks the database: prices of the organization have changed, or of all. */
  expire(organizationId?: number): void;
}

/** For the day that a message of changed prices is missed. */
const LIFE_MS = MINUTE;
const MAX_ORGANIZATIONS = 1_000;

/** A value that is loaded when it is needed; while a newer one is loaded, and where that fails, the old one serves. */
interface Kept<T> {
  get(): Promise<T>;
  expire(): void;
}

/**
 * Catalogs of many organizations: the list is kept once, and of each organization only what it lays over it. Both are
 * made anew only where they changed, since a catalog remembers the names that it has resolved.
 */
export function createCatalogs(ctx: Context): Catalogs {
  const shared = keep(ctx, loadShared);
  const organizations = new Map<number, { own: Kept<OrganizationPrices>; built?: Built }>();

  async function loadShared(before?: { revision: number; catalog: Catalog }) {
    const revision = await readListRevision(ctx.db);
    return before?.revision === revision ? before : { revision, catalog: await loadCatalog(ctx.db) };
  }

  function entry(organizationId: number) {
    const known = organizations.get(organizationId);
    // In the order of use, so that the one that was not used for longest goes.
    organizations.delete(organizationId);
    const [oldest] = organizations.keys();
    if (organizations.size >= MAX_ORGANIZATIONS && oldest !== undefined) organizations.delete(oldest);
    const found = known ?? {
      own: keep<OrganizationPrices>(ctx, async (before) => {
        const own = await inScope(ctx, { organizationId }, (tx) => loadOrganizationPrices(tx, organizationId));
        return before !== undefined && isSame(before, own) ? before : own;
      }),
    };
    organizations.set(organizationId, found);
    return found;
  }

  async function forOrganization(organizationId: number): Promise<Catalog> {
    const organization: { own: Kept<OrganizationPrices>; built?: Built } = entry(organizationId);
    const { catalog } = await shared.get();
    const own = await organization.own.get();
    if (organization.built?.shared !== catalog || organization.built.own !== own) {
      organization.built = { shared: catalog, own, catalog: layerCatalog(catalog, own) };
    }
    return organization.built.catalog;
  }

  function expire(organizationId?: number): void {
    if (organizationId === undefined) shared.expire();
    for (const [id, { own }] of organizations) if (organizationId === undefined || organizationId === id) own.expire();
  }

  return {
    forOrganization,
    fresh(organizationId) {
      shared.expire();
      expire(organizationId);
      return forOrganization(organizationId);
    },
    expire,
  };
}

interface Built {
  shared: Catalog;
  own: OrganizationPrices;
  catalog: Catalog;
}

const isSame = (a: OrganizationPrices, b: OrganizationPrices) =>
  JSON.stringify([a.overrides, [...a.aliases]]) === JSON.stringify([b.overrides, [...b.aliases]]);

function keep<T>(ctx: Context, load: (before: T | undefined) => Promise<T>): Kept<T> {
  /** Counted up by each expiry: a value that began to be loaded before one may lack what it was about. */
  let wanted = 0;
  let current: { value: T; loadedAt: number; generation: number } | undefined;
  let loading: { promise: Promise<T>; generation: number } | undefined;

  function reload(): Promise<T> {
    if (loading?.generation === wanted) return loading.promise;
    const generation = wanted;
    const promise = load(current?.value)
      .then((value) => {
        if (current === undefined || generation >= current.generation) {
          current = { value, loadedAt: ctx.clock.now().getTime(), generation };
        }
        return value;
      })
      .catch((error: unknown) => {
        if (!current) throw error;
        ctx.log.warn({ err: error }, 'could not look at the prices; the last known ones serve');
        return current.value;
      })
      .finally(() => {
        if (loading?.promise === promise) loading = undefined;
      });
    loading = { promise, generation };
    return promise;
  }

  return {
    async get() {
      if (current?.generation !== wanted) return reload();
      if (ctx.clock.now().getTime() - current.loadedAt > LIFE_MS) void reload().catch(() => {});
      return current.value;
    },
    expire() {
      wanted += 1;
    },
  };
}
