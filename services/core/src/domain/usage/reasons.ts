import { APPROXIMATIONS, UNPRICED_REASONS } from '../../cost/approximations.ts';
import { MATCH_RULES } from '../../cost/model-index.ts';
import { READ_APPROXIMATIONS } from '../../usage/approximations.ts';

const WORDS: Readonly<Record<string, string>> = {
  ...MATCH_RULES,
  ...UNPRICED_REASONS,
  ...READ_APPROXIMATIONS,
  ...APPROXIMATIONS,
  no_usage_reported: 'The call failed before its first token and reported no usage: it was taken to be unbilled.',
};

/** A reason or rule that is stored with a record, and what it means to a person. */
export const explainReason = (code: string): { code: string; text: string } => ({
  code,
  text: (Object.hasOwn(WORDS, code) ? WORDS[code] : undefined) ?? code.replaceAll('_', ' '),
});
