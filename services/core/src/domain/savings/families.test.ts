import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createCatalog } from '../../cost/catalog.ts';
import { parsePriceFile } from '../../cost/price-file.ts';
import { SNAPSHOT_FILE } from '../prices/load-snapshot.ts';
import { MODEL_FAMILIES, REPLACED_BY, smallerThan, successorsOf } from './families.ts';
import { ModelNames } from './model-names.ts';

const prices = parsePriceFile(readFileSync(SNAPSHOT_FILE, 'utf8'));
if (prices.status === 'refused') throw new Error(prices.reason);
const catalog = createCatalog([...prices.entries].map(([key, entry]) => ({ key, entry, versionId: key })));
const names = new ModelNames(catalog);
const members = MODEL_FAMILIES.flatMap(({ lines }) => lines.flat());

it('names each model once, and only models that the price list knows', () => {
  expect(new Set(members).size).toBe(members.length);
  const known = new Set(
    [...catalog.keys()].map((key) => names.memberOf({ provider: catalog.prices(key)?.provider ?? '', model: key })),
  );
  expect(members.filter((member) => !known.has(member))).toEqual([]);
  expect(
    Object.entries(REPLACED_BY)
      .flat()
      .filter((member) => !members.includes(member)),
  ).toEqual([]);
});

it('puts later models before earlier ones, and knows the next smaller size', () => {
  expect(successorsOf('claude-opus-4-7')).toEqual(['claude-opus-5', 'claude-opus-4-8']);
  expect(successorsOf('gpt-5.5')).toEqual(['gpt-5.6-terra']);
  expect(smallerThan('gpt-5.4')).toEqual(['gpt-5.4-mini', 'gpt-5-mini']);
  expect(smallerThan('gpt-5.4-nano')).toEqual([]);
});

it.each([
  ['openai', 'gpt-4o-2024-08-06', 'gpt-4.1', 'gpt-4.1'],
  ['anthropic', 'claude-opus-4-1-20250805', 'claude-opus-4-5', 'claude-opus-4-5'],
  ['bedrock', 'eu.anthropic.claude-sonnet-4-6', 'claude-haiku-4-5', 'eu.anthropic.claude-haiku-4-5-20251001-v1:0'],
  ['gemini', 'gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash'],
  ['vertex_ai', 'claude-opus-4-1@20250805', 'claude-opus-4-5', 'claude-opus-4-5'],
  ['azure', 'gpt-4o', 'gpt-4.1-mini', 'gpt-4.1-mini'],
])('calls another model as %s does: after %s, %s is %s', (provider, model, member, expected) => {
  expect(names.atSameProvider({ provider, model }, member)).toBe(expected);
});

it('proposes nothing for a model that is not in the table', () => {
  expect(names.memberOf({ provider: 'in-house', model: 'argus-moderation-2' })).toBeUndefined();
  expect(names.atSameProvider({ provider: 'in-house', model: 'argus-moderation-2' }, 'gpt-5-mini')).toBeUndefined();
});
