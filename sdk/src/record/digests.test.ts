import { describe, expect, it } from 'vitest';
import { digestRequest } from './digests.ts';

const identity = (user: string, system = 'Be brief.') => ({
  prefix: [system],
  rest: [[{ role: 'user', content: user }], { model: 'm' }],
});

describe('digestRequest', () => {
  it('gives 128 bits as hexadecimal digits, the same for the same request', async () => {
    const first = await digestRequest('key', identity('hi'));
    expect(first.requestHash).toMatch(/^[0-9a-f]{32}$/);
    expect(first.prefixHash).toMatch(/^[0-9a-f]{32}$/);
    expect(await digestRequest('key', identity('hi'))).toEqual(first);
  });

  it('tells requests apart whose prefix is the same, and prefixes apart', async () => {
    const [hi, ho, other] = await Promise.all([
      digestRequest('key', identity('hi')),
      digestRequest('key', identity('ho')),
      digestRequest('key', identity('hi', 'Be long.')),
    ]);
    expect(ho.prefixHash).toBe(hi.prefixHash);
    expect(ho.requestHash).not.toBe(hi.requestHash);
    expect(other.prefixHash).not.toBe(hi.prefixHash);
  });

  it('says nothing without the key', async () => {
    const [one, two] = await Promise.all([digestRequest('a', identity('hi')), digestRequest('b', identity('hi'))]);
    expect(one.requestHash).not.toBe(two.requestHash);
    expect(one.prefixHash).not.toBe(two.prefixHash);
  });

  it('has no prefix where there is none', async () => {
    expect(await digestRequest('key', { prefix: [], rest: ['hi'] })).not.toHaveProperty('prefixHash');
  });

  it('does not depend on the order of keys, nor on what JSON leaves out', async () => {
    const one = await digestRequest('key', { prefix: [], rest: [{ a: 1, b: { c: true, d: undefined } }] });
    const two = await digestRequest('key', { prefix: [], rest: [{ b: { c: true, e: () => 1 }, a: 1 }] });
    expect(two).toEqual(one);
  });

  it('cannot be confused by where one value ends and the next begins', async () => {
    const [one, two] = await Promise.all([
      digestRequest('key', { prefix: [], rest: ['ab', 'c'] }),
      digestRequest('key', { prefix: [], rest: ['a', 'bc'] }),
    ]);
    expect(one.requestHash).not.toBe(two.requestHash);
  });

  it('lets the event loop turn while it hashes megabytes', async () => {
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 0);
    const long = 'x'.repeat(4 * 1024 * 1024);
    const digests = await digestRequest('key', identity(long));
    clearInterval(counting);
    expect(turns).toBeGreaterThan(0);
    expect(digests).toEqual(await digestRequest('key', identity(long)));
    expect(digests.requestHash).not.toBe((await digestRequest('key', identity(`${long}y`))).requestHash);
  });

  it('refuses a structure without end', async () => {
    const endless: Record<string, unknown> = {};
    endless.self = endless;
    await expect(digestRequest('key', { prefix: [], rest: [endless] })).rejects.toThrow(RangeError);
  });
});
