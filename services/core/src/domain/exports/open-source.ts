import type { Context } from '../../context.ts';
import type { ExportFormat, RecordSelection } from '../../contract/exports.ts';
import type { Db } from '../../db/connection.ts';
import { readPeriod } from '../usage/read-period.ts';
import { recordFilter } from '../usage/record-filter.ts';
import { chargePages } from './charge-pages.ts';
import type { ExportSource } from './export-pages.ts';
import { recordPages } from './record-pages.ts';

interface SourceWanted {
  organization: { id: number; name: string; timeZone: string };
  filter: RecordSelection;
  projectIds: readonly number[];
  format: ExportFormat;
  byteOrderMark: boolean;
  receivedUntil: Date;
  pageRows?: number;
}

/**
 * What an export consists of, ready to be read.
 * @param tx to look up the projects' names; the pages are read later, each in a transaction of its own
 * @throws AppError `invalid_request` naming the field
 */
export async function openSource(ctx: Context, tx: Db, wanted: SourceWanted): Promise<ExportSource> {
  const { organization, format, byteOrderMark } = wanted;
  const filter = {
    ...recordFilter(wanted.filter, wanted.projectIds),
    period: readPeriod(wanted.filter),
    receivedUntil: wanted.receivedUntil,
  };
  const rows = await tx
    .selectFrom('projects')
    .select(['id', 'name'])
    .where('organization_id', '=', organization.id)
    .execute();
  const projects = new Map(rows.map(({ id, name }) => [id, name]));
  if (format === 'focus') return chargePages(ctx, { organization, filter, byteOrderMark, projects });
  const size = wanted.pageRows === undefined ? {} : { pageRows: wanted.pageRows };
  return recordPages(ctx, { organizationId: organization.id, filter, format, byteOrderMark, projects, ...size });
}

/** `tokengrip-records-2026-08-01-to-2026-08-31.csv`, the last day included; days of UTC. */
export function fileName(what: string, period: { from: string; to: string }, extension: string): string {
  const last = new Date(Date.parse(period.to) - 1).toISOString();
  return `tokengrip-${what}-${period.from.slice(0, 10)}-to-${last.slice(0, 10)}.${extension}`;
}
