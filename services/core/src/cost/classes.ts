import { TOKEN_CLASSES, TOOL_CLASSES, UNIT_CLASSES } from '../usage/normal-form.ts';

/** What a cost is split into, in the order in which it is shown: tokens, other units, tool fees. */
export const COST_CLASSES = [...TOKEN_CLASSES, ...UNIT_CLASSES, ...TOOL_CLASSES] as const;

export type CostClass = (typeof COST_CLASSES)[number];

/** Amounts in 1e-12 USD; an absent class was not billed. */
export type CostByClass = Partial<Record<CostClass, bigint>>;
