import { describe, expect, it } from 'vitest';
import { DAY } from './calendar.ts';
import { SAMPLE_COMPANY } from './company/company.ts';
import { CUSTOMER_NAMES, EMPLOYEE_NAMES } from './company/names.ts';
import { Population } from './population.ts';
import { Random } from './random.ts';

const now = Date.parse(SAMPLE_COMPANY.epoch);
const draw = <T>(count: number, next: () => T) => Array.from({ length: count }, next);

describe('Population', () => {
  const population = new Population(SAMPLE_COMPANY, 1);
  const random = new Random(1, 1, 1);

  it('has as many members as configured, each with a name of its own', () => {
    const customers = draw(60_000, () => population.customerAt(random, now));
    expect(new Set(customers.map(({ name }) => name)).size).toBe(SAMPLE_COMPANY.customers.size);
    expect(new Set(customers.map(({ number }) => number)).size).toBe(SAMPLE_COMPANY.customers.size);
    const employees = new Set(draw(30_000, () => population.employeeAt(random, now)));
    expect(employees.size).toBe(SAMPLE_COMPANY.employees.size);
    for (const name of employees) expect(name).toMatch(/^[a-z]+\.[a-z]+$/);
  });

  it('makes the n-th most active do about 1/n of the first', () => {
    const counts = new Map<string, number>();
    for (const { name } of draw(60_000, () => population.customerAt(random, now))) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect((sorted[0] ?? 0) / (sorted[9] ?? 1) / 10 ** SAMPLE_COMPANY.customers.zipf).toBeCloseTo(1, 0);
  });

  it('replaces members over the years', () => {
    const names = (instant: number) => new Set(draw(20_000, () => population.customerAt(random, instant).name));
    const stayed = (days: number) => {
      const later = names(now + days * DAY);
      const first = [...names(now)];
      return first.filter((name) => later.has(name)).length / first.length;
    };
    expect(stayed(7)).toBeGreaterThan(0.95);
    expect(stayed(365)).toBeLessThan(0.7);
    expect(stayed(1_000)).toBeLessThan(0.05);
  });

  it('knows the same member by the same pseudonym, and no two customers share a user', () => {
    const users = (seed: number) => {
      const again = new Random(seed, 2, 2);
      const customers = draw(400, () => population.customerAt(again, now));
      return customers.map((customer) => `${customer.name} ${population.userAt(again, customer, now)}`);
    };
    expect(users(3)).toEqual(users(3));
    const pairs = new Set([...users(4), ...users(5)]);
    const names = new Set([...pairs].map((pair) => pair.split(' ')[1]));
    expect(names.size).toBe(pairs.size);
  });
});

describe('invented names', () => {
  it.each([CUSTOMER_NAMES, EMPLOYEE_NAMES])('are all reached by their stride', ({ first, second, stride }) => {
    const count = first.length * second.length;
    expect(new Set(first).size * new Set(second).size).toBe(count);
    expect(new Set(draw(count, () => 0).map((_, number) => (number * stride) % count)).size).toBe(count);
  });
});
