import type { ListFormat } from '../../contract/exports.ts';
import type { Recommendation, RecommendationsExportQuery } from '../../contract/savings.ts';
import type { Tx } from '../../db/scope.ts';
import { listRecommendations } from '../savings/list-recommendations.ts';
import type { Column } from './file-text.ts';
import { type ListFile, listFile } from './list-file.ts';

type Of = Column<Recommendation>['value'];

const text = (name: string, value: Of): Column<Recommendation> => ({ name, kind: 'text', value });
const number = (name: string, value: Of): Column<Recommendation> => ({ name, kind: 'number', value });

/** A scope has few names, of which each recommendation has some: in a spreadsheet each has a column. */
const SCOPE = ['provider', 'model', 'feature', 'user', 'customer', 'serviceTier', 'reasoningEffort'] as const;

const COLUMNS: readonly Column<Recommendation>[] = [
  number('id', ({ id }) => id),
  text('source', ({ source }) => source),
  text('rule', ({ rule }) => rule),
  text('title', ({ title }) => title),
  text('what', ({ what }) => what.join(' ')),
  text('steps', ({ steps }) => steps.join(' ')),
  number('savingPerMonth', ({ savingPerMonth }) => savingPerMonth),
  number('countedPerMonth', ({ countedPerMonth }) => countedPerMonth),
  text('confidence', ({ confidence }) => confidence),
  text('effort', ({ effort }) => effort),
  text('risk', ({ risk }) => risk),
  text('state', ({ state }) => state),
  text('reason', ({ reason }) => reason),
  text('decidedBy', ({ decidedBy }) => decidedBy?.name),
  text('decidedAt', ({ decidedAt }) => decidedAt),
  text('snoozedUntil', ({ snoozedUntil }) => snoozedUntil),
  number('projectId', ({ scope }) => scope.projectId),
  text('project', ({ projectName }) => projectName),
  ...SCOPE.map((name) => text(name, ({ scope }) => scope[name])),
  number('keyId', ({ scope }) => scope.keyId),
  text('from', ({ evidence }) => evidence.from),
  text('to', ({ evidence }) => evidence.to),
  number('calls', ({ evidence }) => evidence.calls),
  number('tokens', ({ evidence }) => evidence.tokens),
  number('cost', ({ evidence }) => evidence.cost),
  text('firstSeenAt', ({ firstSeenAt }) => firstSeenAt),
  text('lastSeenAt', ({ lastSeenAt }) => lastSeenAt),
];

/**
 * The recommendations that a list would have, the dearest first. JSON has the evidence behind each as well.
 * @throws AppError `not_found` for a project of others
 */
export async function recommendationsFile(
  tx: Tx,
  organization: { id: number; timeZone: string },
  { format, bom = false, ...query }: RecommendationsExportQuery,
  now: Date,
): Promise<ListFile> {
  const { recommendations } = await listRecommendations(tx, organization, query, now);
  return listFile(recommendations, {
    what: 'recommendations',
    format: format as ListFormat,
    byteOrderMark: bom,
    now,
    columns: COLUMNS,
    toJson: (recommendation) => recommendation,
  });
}
