import type { WhatIfChange, WhatIfRequest } from '@tokengrip/core/contract/whatif';
import type { RecordFilters } from '../../lib/api/filters.ts';
import { formatPercent } from '../../lib/numbers.ts';
import type { Period } from '../../lib/period.ts';
import type { SavingsSearch } from '../../lib/search.ts';

export type ChangeFields = Pick<
  SavingsSearch,
  'toProvider' | 'toModel' | 'toTier' | 'cached' | 'written' | 'ttl' | 'input' | 'output'
>;

/** What is wrong with the fields, by the field. */
export type ChangeProblems = Partial<Record<keyof ChangeFields, string>>;

const numberOf = (text: string | undefined) => (text === undefined || text.trim() === '' ? undefined : Number(text));

/** At four decimals, as the API takes it. */
const shareOf = (percent = 0) => Math.round(percent * 100) / 10_000;

const isPercent = (value: number | undefined) => value === undefined || (value >= 0 && value <= 100);
const isFactor = (value: number | undefined) => value === undefined || (value >= 0.01 && value <= 100);

export function checkChange({ cached, written, input, output }: ChangeFields): ChangeProblems {
  const [read, write] = [numberOf(cached), numberOf(written)];
  const problems: ChangeProblems = {};
  if (!isPercent(read)) problems.cached = 'From 0 to 100.';
  if (!isPercent(write)) problems.written = 'From 0 to 100.';
  if ((read ?? 0) + (write ?? 0) > 100) problems.written = 'Both together are at most 100.';
  if (!isFactor(numberOf(input))) problems.input = 'From 0.01 to 100.';
  if (!isFactor(numberOf(output))) problems.output = 'From 0.01 to 100.';
  return problems;
}

/** What the fields say, as the API takes it; `undefined` where nothing would be different. */
export function changeOf(fields: ChangeFields): WhatIfChange | undefined {
  if (Object.keys(checkChange(fields)).length > 0) return undefined;
  const { toProvider, toModel, toTier, ttl } = fields;
  const [read, write] = [numberOf(fields.cached), numberOf(fields.written)];
  const [input, output] = [numberOf(fields.input), numberOf(fields.output)];
  const change: WhatIfChange = {};
  if (toModel !== undefined && toProvider !== undefined) change.model = { provider: toProvider, model: toModel };
  if (toTier !== undefined) change.serviceTier = toTier;
  if (read !== undefined || write !== undefined) {
    change.caching = { readShare: shareOf(read), writeShare: shareOf(write), writeTtl: ttl ?? '5m' };
  }
  if (input !== undefined || output !== undefined) {
    change.tokens = {
      ...(input === undefined ? {} : { inputFactor: input }),
      ...(output === undefined ? {} : { outputFactor: output }),
    };
  }
  return Object.keys(change).length > 0 ? change : undefined;
}

/** The fields that say this change: for a saved one that is looked at again under another period. */
export function fieldsOf({ model, serviceTier, caching, tokens }: WhatIfChange): ChangeFields {
  const percent = (share: number) => String(Math.round(share * 1e6) / 1e4);
  return {
    ...(model ? { toProvider: model.provider, toModel: model.model } : {}),
    ...(serviceTier ? { toTier: serviceTier } : {}),
    ...(caching ? { cached: percent(caching.readShare) } : {}),
    ...(caching?.writeShare ? { written: percent(caching.writeShare) } : {}),
    ...(caching?.writeTtl === '1h' ? { ttl: '1h' as const } : {}),
    ...(tokens?.inputFactor === undefined ? {} : { input: String(tokens.inputFactor) }),
    ...(tokens?.outputFactor === undefined ? {} : { output: String(tokens.outputFactor) }),
  };
}

export const NO_CHANGE: { [Field in keyof ChangeFields]: undefined } = {
  toProvider: undefined,
  toModel: undefined,
  toTier: undefined,
  cached: undefined,
  written: undefined,
  ttl: undefined,
  input: undefined,
  output: undefined,
};

const times = (factor: number, what: string) => `${String(factor)} × ${what}`;

/** A change in a line: `gpt-5-mini · batch · 80 % from a cache`. */
export function changeText({ model, serviceTier, caching, tokens }: WhatIfChange): string {
  const parts = [
    model?.model,
    serviceTier && `${serviceTier} tier`,
    caching &&
      (caching.readShare === 0 && !caching.writeShare
        ? 'nothing cached'
        : `${formatPercent(caching.readShare, 0)} from a cache`),
    tokens?.inputFactor === undefined ? undefined : times(tokens.inputFactor, 'input'),
    tokens?.outputFactor === undefined ? undefined : times(tokens.outputFactor, 'output'),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** The pickers' period and filters in the form of a body, in which ids are numbers. */
export function selectionOf({ from, to }: Period, filters: RecordFilters): WhatIfRequest['selection'] {
  const { key, ...others } = filters;
  return {
    from,
    to,
    ...Object.fromEntries(Object.entries(others).map(([name, values]) => [name, [...values]])),
    ...(key === undefined ? {} : { key: key.map(Number) }),
  } as WhatIfRequest['selection'];
}
