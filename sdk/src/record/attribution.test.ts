import { expect, it } from 'vitest';
import { applyAttribution, mergeAttribution } from './attribution.ts';
import type { UsageRecord } from './usage-record.ts';

const emptyRecord = (): UsageRecord => ({ source: 'openai.chat', model: 'm' });

it('lets the later layer win, name by name and tag by tag', () => {
  const merged = mergeAttribution({ feature: 'a', user: 'u', tags: { team: 'x', plan: 'free' } }, undefined, {
    feature: 'b',
    user: undefined,
    tags: { plan: 'pro' },
    interactive: false,
  });
  expect(merged).toEqual({ feature: 'b', user: 'u', tags: { team: 'x', plan: 'pro' }, interactive: false });
});

it('turns the ids and tags of hosts without types into text and leaves out what is empty', () => {
  const record = emptyRecord();
  const untyped = { user: 42, session: '', customer: null, tags: { beta: true, none: null, '': 'x' } };
  applyAttribution(record, untyped as never);
  expect(record).toEqual({ ...emptyRecord(), user: '42', tags: { beta: 'true' } });
});

it('cuts what the server would refuse and says what was cut', () => {
  const record = emptyRecord();
  const tags = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`tag${index}`, 'v']));
  expect(applyAttribution(record, { feature: 'f'.repeat(300), tags })).toEqual(['feature', 'tags']);
  expect(record.feature).toHaveLength(200);
  expect(Object.keys(record.tags ?? {})).toHaveLength(32);
});
