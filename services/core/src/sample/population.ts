import { DAY, YEAR } from './calendar.ts';
import { CUSTOMER_NAMES, EMPLOYEE_NAMES, type NameParts } from './company/names.ts';
import { hashOf, type Random } from './random.ts';
import { hex32 } from './text.ts';
import type { CompanyProfile, Crowd } from './types.ts';

/** Members are counted from here, so that their numbers stay small. */
const FIRST_DAY = Date.UTC(2020, 0, 1);
const PLANS = ['enterprise', 'business', 'starter'] as const;

export interface Customer {
  name: string;
  plan: (typeof PLANS)[number];
  number: number;
  /** Grows with the customer's place among the others. */
  weight: number;
}

/**
 * A crowd has places by activity, and each place is held by one member after another: whoever leaves is replaced by
 * somebody as active, at a time that differs from place to place. So who is there depends on the time alone.
 */
class Places {
  private readonly crowd: Crowd;
  private readonly key: number;
  private readonly epoch: number;
  private readonly cumulative: Float64Array;

  constructor(crowd: Crowd, epoch: number, key: number) {
    this.crowd = crowd;
    this.epoch = epoch;
    this.key = key;
    this.cumulative = new Float64Array(crowd.maxSize);
    let sum = 0;
    for (let place = 0; place < crowd.maxSize; place++) {
      sum += Math.exp(-crowd.zipf * Math.log(place + 1));
      this.cumulative[place] = sum;
    }
  }

  sizeAt(instant: number): number {
    const grown = this.crowd.size * Math.exp((Math.log(this.crowd.growthPerYear) * (instant - this.epoch)) / YEAR);
    return Math.min(this.crowd.maxSize, Math.max(1, Math.round(grown)));
  }

  /** 0 is the most active place. */
  draw(random: Random, size: number): number {
    const target = random.fraction() * (this.cumulative[size - 1] ?? 0);
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.cumulative[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** How many members held the place before. */
  generationAt(place: number, instant: number, key = this.key): number {
    const [shortest, longest] = this.crowd.tenureDays;
    const tenure = shortest + (hashOf(key, place, 1) % (longest - shortest + 1));
    const shift = hashOf(key, place, 2) % tenure;
    return Math.floor(((instant - FIRST_DAY) / DAY + shift) / tenure);
  }
}

/** Who calls: customers with their users, and the company's own people. All names are invented. */
export class Population {
  private readonly seed: number;
  private readonly customers: Places;
  private readonly customerPlaces: number;
  private readonly users: Places;
  private readonly employees: Places;
  private readonly employeePlaces: number;
  private readonly known = new Map<number, Customer>();

  constructor(company: CompanyProfile, seed: number) {
    const epoch = Date.parse(company.epoch);
    this.seed = seed;
    this.customers = new Places(company.customers, epoch, hashOf(seed, 101));
    this.customerPlaces = company.customers.maxSize;
    this.users = new Places(company.customers.usersPerCustomer, epoch, hashOf(seed, 102));
    this.employees = new Places(company.employees, epoch, hashOf(seed, 103));
    this.employeePlaces = company.employees.maxSize;
  }

  customerAt(random: Random, instant: number): Customer {
    const place = this.customers.draw(random, this.customers.sizeAt(instant));
    const number = this.customers.generationAt(place, instant) * this.customerPlaces + place;
    const known = this.known.get(number);
    if (known) return known;
    const rank = Math.min(2, Math.floor((place + (hashOf(this.seed, number, 3) % 20)) / 25));
    const customer: Customer = {
      name: invented(CUSTOMER_NAMES, number, this.seed),
      plan: PLANS[rank] ?? 'starter',
      number,
      weight: 1 / Math.sqrt(place + 1),
    };
    this.known.set(number, customer);
    return customer;
  }

  /** A pseudonym, as a careful company sends it. */
  userAt(random: Random, customer: Customer, instant: number): string {
    const size = Math.max(3, Math.round(this.users.sizeAt(instant) * customer.weight));
    const place = this.users.draw(random, size);
    const generation = this.users.generationAt(place, instant, customer.number);
    return `u-${hex32(hashOf(this.seed, customer.number, place, generation))}`;
  }

  employeeAt(random: Random, instant: number): string {
    const place = this.employees.draw(random, this.employees.sizeAt(instant));
    const generation = this.employees.generationAt(place, instant);
    return invented(EMPLOYEE_NAMES, generation * this.employeePlaces + place, this.seed);
  }
}

/** The number's own name: numbers closer together than there are names never share one. */
function invented({ first, second, joiner, stride }: NameParts, number: number, seed: number): string {
  const count = first.length * second.length;
  const index = (((number * stride + (hashOf(seed, count) % count)) % count) + count) % count;
  return `${first[index % first.length]}${joiner}${second[Math.floor(index / first.length)]}`;
}
