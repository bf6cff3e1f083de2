import type { Context } from '../../context.ts';
import type { ExportFormat } from '../../contract/exports.ts';
import { inScope } from '../../db/scope.ts';
import { pageRecords, type RecordPlace } from '../usage/page-records.ts';
import type { RecordFilter } from '../usage/record-filter.ts';
import type { ExportPage, ExportSource, Place } from './export-pages.ts';
import { csvText, type FileText, jsonLinesText, jsonText } from './file-text.ts';
import {
  CSV_FIELDS,
  type CsvRow,
  JSON_FIELDS,
  type JsonRow,
  type ProjectNames,
  recordColumns,
  recordJson,
} from './record-columns.ts';

/** Some megabytes at most, of which two or three are in memory at once. */
const PAGE_ROWS = 2_000;

interface RecordsWanted {
  organizationId: number;
  filter: RecordFilter;
  format: Exclude<ExportFormat, 'focus'>;
  byteOrderMark: boolean;
  projects: ProjectNames;
  pageRows?: number;
}

/** Records as a file, the oldest first. */
export function recordPages(ctx: Context, wanted: RecordsWanted): ExportSource {
  const { organizationId, filter, format, pageRows = PAGE_ROWS } = wanted;
  return {
    file: fileText(wanted) as FileText<unknown>,
    async readPage(place) {
      const page = { filter, sort: 'time', order: 'asc', after: readPlace(place), limit: pageRows + 1 } as const;
      const found = await inScope(
        ctx,
        { organizationId },
        (tx): Promise<CsvRow[]> =>
          format === 'csv' ? pageRecords(tx, CSV_FIELDS, page) : pageRecords(tx, JSON_FIELDS, page),
      );
      return toPage(found, pageRows);
    },
  };
}

function fileText({ format, projects, byteOrderMark }: RecordsWanted): FileText<CsvRow> | FileText<JsonRow> {
  if (format === 'csv') return csvText(recordColumns(projects), byteOrderMark);
  return format === 'json' ? jsonText(recordJson(projects)) : jsonLinesText(recordJson(projects));
}

function toPage(found: readonly CsvRow[], pageRows: number): ExportPage {
  const rows = found.slice(0, pageRows);
  const last = rows.at(-1);
  return {
    rows,
    records: rows.length,
    costPicoUsd: rows.reduce((sum, row) => sum + (row.total_pico_usd ?? 0n), 0n),
    next:
      found.length > pageRows && last
        ? { ts: last.ts.toISOString(), eventId: last.event_id, projectId: last.project_id }
        : null,
  };
}

const readPlace = (place: Place): RecordPlace | undefined =>
  place === null
    ? undefined
    : { ts: new Date(String(place.ts)), eventId: String(place.eventId), projectId: Number(place.projectId) };
