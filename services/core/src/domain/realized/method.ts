import type { RealizedChange } from '../../contract/realized.ts';
import { baselineText } from './baseline.ts';
import type { Estimate } from './estimate.ts';

/** How a figure came about, for whoever reads it. */
export function explainMethod(change: RealizedChange, estimate: Estimate): string[] {
  if (estimate.state === 'no_baseline') {
    return [
      `There was too little traffic in the ${baselineText(change)} before it was accepted: there is nothing to compare with.`,
    ];
  }
  if (estimate.state === 'not_yet_seen') {
    return [
      `Nothing is counted yet: the traffic is still as it was in the ${baselineText(change)} before.`,
      'It counts from the first of two days in a row that lie beyond what is usual from day to day.',
    ];
  }
  return [...counted(change, estimate), ...uncertainty(estimate)];
}

function counted(change: RealizedChange, { inputFactor, outputFactor, adoptionBefore }: Estimate): string[] {
  const share = adoptionBefore ? `${Math.round(adoptionBefore * 100)} %` : undefined;
  switch (change.kind) {
    case 'model':
      return [
        `Every call of ${change.to.model} was priced as a call of ${change.from.model}, by the prices of its day.`,
        ...(share
          ? [
              `${share} of the calls used it before: only what came on top of that counts, and what it does to both caches.`,
            ]
          : []),
        ...factorSentence('prompts', inputFactor),
        ...factorSentence('answers', outputFactor),
      ];
    case 'tier':
      return [
        `Every call in the tier ${change.to} was priced in the standard tier, by the prices of its day.`,
        ...(share ? [`${share} of the calls were in it before: only what came on top of that counts.`] : []),
      ];
    case 'caching':
      return [
        'Every call was priced as if as much of its prompt were read from the cache and written to it as before.',
      ];
    case 'tokens':
      return [
        'The same calls are taken to have needed as many tokens a call as in the two weeks before.',
        ...factorSentence(
          change.side === 'input' ? 'prompts' : 'answers',
          change.side === 'input' ? inputFactor : outputFactor,
        ),
      ];
    case 'calls':
      return [
        change.unit === 'distinct_requests'
          ? 'The same different requests are taken to have been repeated at as much cost as in the four weeks before.'
          : 'The same successful calls are taken to have come with failed ones that cost as much as in the four weeks before.',
        'What is wasted is a small part of the calls: the fewer there were, the less sure the figure is.',
      ];
  }
}

const factorSentence = (what: string, factor: number): string[] =>
  factor === 1
    ? []
    : [`The old way needed ${factor.toFixed(2)} times as many tokens for ${what}, measured before and after.`];

const uncertainty = ({ totals }: Estimate): string[] =>
  totals.low === totals.high
    ? ['Nothing had to be estimated: the figures are sums over the calls themselves.']
    : [
        'The same work would not have come out the same twice, and what was measured before varies from day to day and drifts: the interval has the true saving in it with 95 % confidence, as far as nothing else has changed at the same time.',
      ];
