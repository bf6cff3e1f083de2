import type { RealizedChange } from '../../contract/realized.ts';

/**
 * Days before the acceptance that are looked at: every weekday twice, and short enough to be the traffic of that time. What is
 * wasted is a small part of the calls, and its share is known the better the more of it there was: it gets four weeks.
 */
export const baselineDays = ({ kind }: Pick<RealizedChange, 'kind'>): 14 | 28 => (kind === 'calls' ? 28 : 14);

/** For sentences. */
export const baselineText = (change: Pick<RealizedChange, 'kind'>): string =>
  baselineDays(change) === 28 ? 'four weeks' : 'two weeks';
