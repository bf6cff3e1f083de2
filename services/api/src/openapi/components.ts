import * as accounts from '@tokengrip/core/contract/accounts';
import * as alerts from '@tokengrip/core/contract/alerts';
import * as analysis from '@tokengrip/core/contract/analysis';
import * as analytics from '@tokengrip/core/contract/analytics';
import * as auth from '@tokengrip/core/contract/auth';
import * as budgets from '@tokengrip/core/contract/budgets';
import * as channels from '@tokengrip/core/contract/channels';
import * as exports from '@tokengrip/core/contract/exports';
import * as forecast from '@tokengrip/core/contract/forecast';
import * as prices from '@tokengrip/core/contract/prices';
import * as problem from '@tokengrip/core/contract/problem';
import * as realized from '@tokengrip/core/contract/realized';
import * as records from '@tokengrip/core/contract/records';
import * as recosting from '@tokengrip/core/contract/recosting';
import * as savings from '@tokengrip/core/contract/savings';
import * as teams from '@tokengrip/core/contract/teams';
import * as whatif from '@tokengrip/core/contract/whatif';

type Json = Record<string, unknown>;

/** Names of the contract's objects by what they say: schemas that say the same are the same type, by its shortest name. */
const NAMES = new Map<string, string>();
for (const contract of [
  problem,
  analysis,
  analytics,
  records,
  exports,
  forecast,
  accounts,
  auth,
  budgets,
  alerts,
  channels,
  prices,
  recosting,
  savings,
  teams,
  realized,
  whatif,
]) {
  for (const [name, value] of Object.entries(contract)) {
    if (!isObject(value) || value.type !== 'object') continue;
    const known = NAMES.get(JSON.stringify(value));
    if (known === undefined || name.length < known.length) NAMES.set(JSON.stringify(value), name);
  }
}

/** Collects the schemas of a document, so that what has a name in the contract has it there, too. */
export class Components {
  readonly schemas: Record<string, Json> = {};

  /** The schema, or a reference to it. */
  use(schema: unknown): Json {
    const plain = JSON.parse(JSON.stringify(schema)) as unknown;
    return isObject(plain) ? this.#use(plain) : {};
  }

  #use(schema: Json): Json {
    const name = NAMES.get(JSON.stringify(schema));
    if (name === undefined) return this.#inside(schema);
    if (!Object.hasOwn(this.schemas, name)) {
      this.schemas[name] = {};
      this.schemas[name] = this.#inside(schema);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #inside(schema: Json): Json {
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.#walk(value)]));
  }

  #walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#walk(one));
    return isObject(value) ? this.#use(value) : value;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
