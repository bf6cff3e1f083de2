import type { Customer, Population } from './population.ts';
import { hashOfText, type Random } from './random.ts';
import { hex32 } from './text.ts';
import type { CompanyProfile, FeatureProfile, Incident } from './types.ts';

const PRODUCTION = 'production';
const WEEK = 7 * 24 * 3_600_000;

/** On whose behalf a conversation happens: the attribution that its records share. */
export interface Caller {
  environment: string;
  user?: string;
  customer?: string;
  session?: string;
  /** Nobody said for which feature and user it was. */
  anonymous: boolean;
  tags: Record<string, string>;
}

/** Draws callers. */
export class Callers {
  private readonly population: Population;
  private readonly environments: string[];
  private readonly cumulative: number[];
  private readonly unattributed: number;

  constructor(company: CompanyProfile, population: Population) {
    this.population = population;
    this.unattributed = company.unattributed;
    this.environments = Object.keys(company.environments);
    let sum = 0;
    this.cumulative = Object.values(company.environments).map((weight) => {
      sum += weight;
      return sum;
    });
  }

  draw(feature: FeatureProfile, instant: number, incident: Incident | undefined, random: Random): Caller {
    const drawn = this.environments[random.pick(this.cumulative)] ?? PRODUCTION;
    const caller: Caller = {
      environment: incident ? PRODUCTION : drawn,
      anonymous: !incident && random.chance(this.unattributed),
      tags: { team: feature.team },
    };
    if (caller.environment !== PRODUCTION) {
      if (feature.interactive) caller.user = this.population.employeeAt(random, instant);
    } else if (feature.audience === 'customers') {
      const customer = incident?.customer
        ? largeCustomer(incident.customer)
        : this.population.customerAt(random, instant);
      caller.customer = customer.name;
      caller.user = this.population.userAt(random, customer, instant);
      caller.tags.plan = customer.plan;
    } else if (feature.audience === 'employees') {
      caller.user = this.population.employeeAt(random, instant);
    }
    if (incident?.customer !== undefined) caller.customer = incident.customer;
    if (incident?.user !== undefined) caller.user = incident.user;
    if (feature.interactive) caller.tags.release = releaseAt(instant);
    if (feature.conversation) caller.session = `s-${hex32(random.bits())}${hex32(random.bits())}`;
    return caller;
  }
}

/** A customer that an incident names from outside. */
function largeCustomer(name: string): Customer {
  return { name, plan: 'enterprise', number: hashOfText(name), weight: 0.5 };
}

/** The company ships once a week: `2026.14` is the fourteenth release of 2026. */
function releaseAt(instant: number): string {
  const year = new Date(instant).getUTCFullYear();
  return `${year}.${1 + Math.floor((instant - Date.UTC(year, 0, 1)) / WEEK)}`;
}
