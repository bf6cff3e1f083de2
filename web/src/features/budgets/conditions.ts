import type { BudgetConditions } from '@tokengrip/core/contract/budgets';
import { DIMENSIONS, type DimensionName } from './words.ts';

/** A line of the form: a dimension, or a tag by its key, and the values as they are typed. */
export interface ConditionInput {
  id: number;
  dimension: DimensionName | 'tag';
  tagKey: string;
  /** With commas between them. */
  values: string;
}

const split = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== ''),
  ),
];

export function toInputs(conditions: BudgetConditions): ConditionInput[] {
  const lines = DIMENSIONS.flatMap(({ name }) => {
    const values = conditions[name];
    return values ? [{ dimension: name, tagKey: '', values: values.join(', ') }] : [];
  });
  const tags = Object.entries(conditions.tags ?? {}).map(([tagKey, values]) => ({
    dimension: 'tag' as const,
    tagKey,
    values: values.join(', '),
  }));
  return [...lines, ...tags].map((line, id) => ({ id, ...line }));
}

/** Lines of the same dimension are one; those without values say nothing yet. */
export function toConditions(inputs: readonly ConditionInput[]): BudgetConditions {
  const conditions: BudgetConditions = {};
  for (const { dimension, tagKey, values } of inputs) {
    const list = split(values);
    if (list.length === 0) continue;
    if (dimension === 'tag') {
      if (tagKey.trim() === '') continue;
      const key = tagKey.trim();
      conditions.tags = { ...conditions.tags, [key]: [...new Set([...(conditions.tags?.[key] ?? []), ...list])] };
    } else if (dimension === 'projects' || dimension === 'keys') {
      const ids = list.map(Number).filter((id) => Number.isInteger(id) && id > 0);
      if (ids.length > 0) conditions[dimension] = [...new Set([...(conditions[dimension] ?? []), ...ids])];
    } else conditions[dimension] = [...new Set([...(conditions[dimension] ?? []), ...list])];
  }
  return conditions;
}
