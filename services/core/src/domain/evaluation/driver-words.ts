import type { AlertDriver } from '../../contract/alerts.ts';
import type { Driver } from '../drivers/explain-rise.ts';

const NAMES: Readonly<Record<string, string>> = { key: 'API key' };
/** Of a second dimension, how it follows the first. */
const JOINED: Readonly<Record<string, string>> = {
  model: 'on',
  customer: 'for',
  user: 'by',
  key: 'with',
  project: 'in',
};

/** Drivers as a person reads them: “Feature `summarize` on `gpt-5.4` is 71 % of the rise.” */
export function toDrivers(
  drivers: readonly Driver[],
  of: 'rise' | 'spend' | 'errors',
  labelOf: (dimension: string, value: string) => string = (_, value) => value,
  pathOf?: (driver: Driver) => string,
): AlertDriver[] {
  return drivers.map((driver) => {
    const { dimensions, values, share } = driver;
    const sharePercent = Math.round(Math.min(1, share) * 100);
    const [first = '', second] = dimensions;
    const labels = values.map((value, i) => labelOf(dimensions[i] ?? '', value));
    const what = second
      ? `${capital(nameOf(first))} \`${labels[0]}\` ${JOINED[second] ?? 'with'} ${second === 'model' ? '' : `${nameOf(second)} `}\`${labels[1]}\``
      : `${capital(nameOf(first))} \`${labels[0]}\``;
    const sentence =
      sharePercent >= 100 ? `${what} is all of the ${of}.` : `${what} is ${sharePercent} % of the ${of}.`;
    return {
      dimension: dimensions.join('+'),
      value: values.join(' · '),
      label: labels.join(' · '),
      sharePercent,
      sentence,
      ...(pathOf ? { path: pathOf(driver) } : {}),
    };
  });
}

const nameOf = (dimension: string) => NAMES[dimension] ?? dimension;
const capital = (text: string) => (text.startsWith('API') ? text : text.charAt(0).toUpperCase() + text.slice(1));
