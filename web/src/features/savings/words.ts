import type { EvidenceFigure, Level, Recommendation, RecommendationState } from '@tokengrip/core/contract/savings';
import { formatUsd } from '../../lib/money.ts';
import { formatCount, formatPercent } from '../../lib/numbers.ts';

const RULES: Record<string, string> = {
  cheaper_model: 'Smaller model',
  superseded_model: 'Superseded model',
  batch: 'Batch or flex',
  cache_prefix: 'Prompt caching',
  cache_loss: 'Caching that costs',
  truncated: 'Cut answers',
  long_answers: 'Long answers',
  duplicates: 'Repeated requests',
  retries: 'Retries paid twice',
  reasoning_effort: 'Reasoning effort',
  long_context: 'Long-context price',
  outlier: 'Out of line',
  failed_calls: 'Failed calls',
};

/** What kind of a saving it is, in two or three words. */
export const kindText = ({ rule, source }: Pick<Recommendation, 'rule' | 'source'>): string =>
  RULES[rule] ?? (source === 'analysis' ? 'Proposed by Claude' : rule);

export const STATE_LABELS: Record<RecommendationState, string> = {
  open: 'Open',
  accepted: 'Accepted',
  snoozed: 'Snoozed',
  dismissed: 'Dismissed',
  gone: 'No longer applies',
};

type Tone = 'neutral' | 'good' | 'warn' | 'bad';

export const STATE_TONES: Record<RecommendationState, Tone> = {
  open: 'neutral',
  accepted: 'good',
  snoozed: 'neutral',
  dismissed: 'neutral',
  gone: 'neutral',
};

/** Only what should make somebody hesitate, or need not, has a colour. */
export function levelTone(what: 'confidence' | 'effort' | 'risk', level: Level): Tone {
  if (level === 'medium') return 'neutral';
  const isGood = (level === 'high') === (what === 'confidence');
  if (isGood) return 'good';
  return what === 'effort' ? 'neutral' : 'warn';
}

/** A figure behind a recommendation, as it is written; what has no figure is left as it came. */
export function figureText({ unit, value }: Pick<EvidenceFigure, 'unit' | 'value'>): string {
  switch (unit) {
    case 'usd':
      return formatUsd(String(value));
    case 'share':
      return formatPercent(Number(value));
    case 'calls':
    case 'tokens':
      return formatCount(Number(value));
    case 'ms':
      return Number(value) < 1_000 ? `${formatCount(Number(value))} ms` : `${(Number(value) / 1_000).toFixed(1)} s`;
    case 'number':
      return Number.isInteger(Number(value)) ? formatCount(Number(value)) : String(value);
    case 'text':
      return String(value);
  }
}

export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
