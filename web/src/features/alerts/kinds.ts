import type { AlertKind, AlertSetting } from '@tokengrip/core/contract/alerts';

/** When each kind is raised, in a sentence. */
export const KIND_TEXTS: Readonly<Record<AlertKind, string>> = {
  budget_threshold: 'A budget has reached one of its thresholds. A budget that names channels of its own uses those.',
  budget_forecast: 'A budget is going to be exceeded before its period ends.',
  spend_anomaly: 'Far more is spent than usual at this time of the week, in all or by a model, a feature, a customer.',
  unpriced_model: 'A model is called that has no price, so that its cost is not known.',
  price_changed: 'The price of a model that you use has changed.',
  error_rate: 'Many more calls of a project fail than usual.',
  ingest_silent: 'Nothing comes from a project in hours in which something always came.',
  digest: 'The week in figures, on Monday morning.',
};

/** The minimums that kinds have, and how a field asks for them. */
const MINIMUMS = [
  { name: 'minimumUsd', label: 'Above the usual by at least, in USD', inputMode: 'decimal' },
  { name: 'minimumCalls', label: 'Calls in an hour, at least', inputMode: 'numeric' },
  { name: 'minimumPercent', label: 'Failed of them, at least, in %', inputMode: 'numeric' },
  { name: 'silentHours', label: 'Nothing for, in hours', inputMode: 'numeric' },
] as const satisfies readonly { name: keyof AlertSetting; label: string; inputMode: 'decimal' | 'numeric' }[];

export type MinimumName = (typeof MINIMUMS)[number]['name'];

/** The minimums that a kind has: the others are `null`, and stay so. */
export const minimumsOf = (setting: AlertSetting) => MINIMUMS.filter(({ name }) => setting[name] !== null);

/** A setting with what was typed; amounts stay text. */
export function withMinimums(setting: AlertSetting, typed: Readonly<Record<string, string>>): AlertSetting {
  const changed = { ...setting };
  for (const { name } of minimumsOf(setting)) {
    const text = (typed[name] ?? '').trim().replace(/^\$/, '');
    if (name === 'minimumUsd') changed.minimumUsd = text;
    else changed[name] = Number(text);
  }
  return changed;
}
