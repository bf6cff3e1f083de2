import { HOUR } from '../../clock.ts';
import type { NewAlert } from '../alerts/raise-alert.ts';
import type { IncidentFound } from '../anomalies/group-incidents.ts';
import type { Driver } from '../drivers/explain-rise.ts';
import { toDrivers } from './driver-words.ts';
import { formatUsd } from './words.ts';

/** As the page of records names them. */
const FILTERS: Readonly<Record<string, string>> = { project: 'projectId' };

/** What people read when spend is out of line. */
export function incidentAlert(
  { driver, anchor, flags }: IncidentFound,
  { until, windowHours, labels }: { until: Date; windowHours: number; labels: ReadonlyMap<string, string> },
): Omit<NewAlert, 'dedupKey'> {
  const labelOf = (dimension: string, value: string) => labels.get(`${dimension}\0${value}`) ?? value;
  const from = new Date(until.getTime() - windowHours * HOUR);
  const pathOf = ({ dimensions, values }: Driver) =>
    `/records?${new URLSearchParams([
      ['from', from.toISOString()],
      ['to', until.toISOString()],
      ...dimensions.map((dimension, i): [string, string] => [FILTERS[dimension] ?? dimension, values[i] ?? '']),
    ])}`;
  const [told] = driver.dimensions.length > 0 ? toDrivers([driver], 'rise', labelOf, pathOf) : [];
  const usd = (picoUsd: number) => formatUsd(BigInt(Math.round(picoUsd)));
  const times =
    anchor.usual > 0 ? `${(anchor.current / anchor.usual).toFixed(1)} times the usual` : 'where nothing is usual';
  const named = ({ dimension, value }: { dimension: string; value: string }) =>
    value === '' ? `calls without a ${dimension}` : `${dimension} ${labelOf(dimension, value)}`;
  const what = anchor.dimension === 'total' ? 'Spend' : `Spend of ${named(anchor)}`;
  return {
    kind: 'spend_anomaly',
    severity: 'warning',
    occurredAt: until,
    title: `${what} is ${times}`,
    text: [
      `${usd(anchor.current)} in ${windowHours} hours, where ${usd(anchor.usual)} are usual at this time of the week.`,
      ...(told ? [told.sentence] : []),
      ...(flags.length > 0
        ? [
            `It also shows in ${flags
              .slice(0, 3)
              .map((flag) => (flag.dimension === 'total' ? 'the sum of everything' : named(flag)))
              .join(', ')}.`,
          ]
        : []),
    ],
    facts: [
      { label: 'Spent', value: usd(anchor.current) },
      { label: 'Usual', value: usd(anchor.usual) },
      {
        label: 'Hours',
        value: `${from.toISOString().slice(0, 16).replace('T', ' ')} to ${until.toISOString().slice(11, 16)} UTC`,
      },
    ],
    drivers: told ? [told] : [],
    path: told?.path ?? pathOf({ ...driver, dimensions: [], values: [] }),
    ...(anchor.dimension === 'project' ? { projectId: Number(anchor.value) } : {}),
  };
}
