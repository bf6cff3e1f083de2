import { describe, expect, it } from 'vitest';
import { formatSnapshot, type ParsedPrices, parsePriceFile, SNAPSHOT_FORMAT } from './price-file.ts';

function parse(text: string): ParsedPrices {
  const parsed = parsePriceFile(text);
  if (parsed.status === 'refused') throw new Error(parsed.reason);
  return parsed;
}

describe("LiteLLM's file", () => {
  it('is read at the text of its numbers', () => {
    // As a float it would be 2.8333333333333335e-07.
    const { entries, form } = parse('{"m": {"input_cost_per_token": 2.83333333333333333e-07}}');
    expect(form).toBe('litellm');
    expect(entries.get('m')?.rates).toEqual({ input_cost_per_token: '0.000000283333333333333333' });
  });

  it('loses the entries that describe the file, and what is no entry', () => {
    const text = '{"sample_spec": {"input_cost_per_token": 0}, "last_updated": "2026-08-01", "m": {"mode": "chat"}}';
    expect([...parse(text).entries.keys()]).toEqual(['m']);
  });

  it('keeps the good entries where one is bad', () => {
    const { entries, refused } = parse('{"a": {"input_cost_per_token": -1}, "b": {"input_cost_per_token": 1e-6}}');
    expect([...entries.keys()]).toEqual(['b']);
    expect(refused).toEqual([{ key: 'a', reason: 'negative', field: 'input_cost_per_token' }]);
  });

  it('counts the fields that are not understood', () => {
    const { unused } = parse('{"a": {"new_cost": 1}, "b": {"new_cost": 2}}');
    expect([...unused]).toEqual([['new_cost', 2]]);
  });

  it.each([
    ['<html>', 'not_json'],
    ['[]', 'not_an_object'],
    ['{"last_updated": "x"}', 'no_models'],
    [`{"format": "${SNAPSHOT_FORMAT}"}`, 'no_models'],
  ])('%s is refused whole', (text, reason) => {
    expect(parsePriceFile(text)).toEqual({ status: 'refused', reason });
  });
});

describe('our own form', () => {
  const snapshot = {
    format: SNAPSHOT_FORMAT,
    source: 'a list',
    edition: '2026-08',
    models: { b: { rates: { input_cost_per_token: '0.1' } }, a: { mode: 'chat', rates: {} } },
  } as const;

  it('is read back as it was written', () => {
    const parsed = parse(formatSnapshot(snapshot));
    expect(parsed).toMatchObject({ form: 'snapshot', source: 'a list', edition: '2026-08', refused: [] });
    expect(Object.fromEntries(parsed.entries)).toEqual(snapshot.models);
  });

  it('has one model a line, sorted', () => {
    const lines = formatSnapshot(snapshot).split('\n');
    expect(lines.slice(1, 3)).toEqual([
      '"a":{"mode":"chat","rates":{}},',
      '"b":{"rates":{"input_cost_per_token":"0.1"}}',
    ]);
  });
});
