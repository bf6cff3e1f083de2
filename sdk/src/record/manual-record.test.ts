import { expect, it } from 'vitest';
import { manualRecord } from './manual-record.ts';

const base = { source: 'normalized', provider: 'openai', model: 'm', usage: { input: 1 } };
const off = { captureContent: false };

it('takes a Date for the time and rounds milliseconds', () => {
  const record = manualRecord({ ...base, timestamp: new Date(0), latencyMs: 12.6, timeToFirstTokenMs: -1 }, off);
  expect(record).toEqual({ ...base, timestamp: '1970-01-01T00:00:00.000Z', latencyMs: 13, timeToFirstTokenMs: 0 });
});

it('drops content while capturing is off, and cuts it while it is on', () => {
  const content = { prompt: 'p'.repeat(600), response: 'r' };
  expect(manualRecord({ ...base, content }, off)).not.toHaveProperty('content');
  expect(manualRecord({ ...base, content }, { captureContent: true }).content).toEqual({
    prompt: 'p'.repeat(500),
    response: 'r',
  });
});

it('leaves the time to an id that holds one, so that a repeated record is the same record', () => {
  const id = '01a20eb0-0a35-79f8-989c-e9e1917b9ec6';
  expect(manualRecord({ ...base, id }, off)).not.toHaveProperty('timestamp');
  expect(manualRecord({ ...base, id: 'order-17' }, off)).toHaveProperty('timestamp');
});
