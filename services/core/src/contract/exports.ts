import Type, { type Static } from 'typebox';
import { UsageQuery } from './analytics.ts';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';
import { recordFilters } from './records.ts';

/**
 * `focus`: charges by day in the columns of FOCUS 1.2, as CSV. The other formats have one row a record, or one a group
 * and bucket.
 */
export const EXPORT_FORMATS = ['csv', 'json', 'jsonl', 'focus'] as const;

/** What one request answers at once. More is a job. */
export const MAX_STREAMED_ROWS = 100_000;

const Format = Type.Enum([...EXPORT_FORMATS]);
/** Begins a CSV with U+FEFF, which some spreadsheets need to read UTF-8. */
const ByteOrderMark = Type.Optional(Type.Boolean({ default: false }));

/** `GET /api/v1/records/export`: at most 100,000 records, oldest first. */
export const RecordsExportQuery = strictObject({
  format: Format,
  bom: ByteOrderMark,
  from: Instant,
  to: Instant,
  ...recordFilters,
});

/** `GET /api/v1/usage/export`: what `GET /api/v1/usage` answers, as rows. */
export const UsageExportQuery = strictObject({
  ...UsageQuery.properties,
  format: Type.Enum(['csv', 'json', 'jsonl']),
  bom: ByteOrderMark,
});

/** `GET /api/v1/budgets/export`: all of a short list. In JSON an object holds what belongs to it as a list. */
const LIST_FORMATS = ['csv', 'json', 'jsonl'] as const;
export const ListExportQuery = strictObject({ format: Type.Enum([...LIST_FORMATS]), bom: ByteOrderMark });

/** Which records, as `GET /api/v1/records` chooses them. */
export const RecordSelection = strictObject({ from: Instant, to: Instant, ...recordFilters });

/** `POST /api/v1/exports`: any number of records, in the background. */
export const NewExport = strictObject({
  what: Type.Enum(['records']),
  format: Format,
  bom: ByteOrderMark,
  filter: RecordSelection,
});

export const EXPORT_STATES = ['queued', 'running', 'done', 'failed'] as const;

export const Export = Type.Object({
  id: Id,
  what: Type.Enum(['records']),
  format: Format,
  filter: RecordSelection,
  state: Type.Enum([...EXPORT_STATES]),
  /** 0 to 1. */
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  /** Rows written so far. */
  rows: Type.Integer(),
  /** The sum of their costs. */
  cost: UsdText,
  /** Of the file so far, as it is downloaded. */
  sizeBytes: Type.Integer(),
  fileName: Type.String(),
  createdAt: Instant,
  createdBy: nullable(Type.Object({ id: Id, name: Type.String() })),
  finishedAt: nullable(Instant),
  /** From then on it is deleted. */
  expiresAt: Instant,
  /** Where the file is, once it is done: works without a session, for an hour. */
  download: nullable(Type.Object({ path: Type.String(), expiresAt: Instant })),
});

/** `GET /api/v1/exports`: the newest first. */
export const ExportList = Type.Object({ exports: Type.Array(Export) });

export const ExportPath = Type.Object({ exportId: Id });
export const DownloadPath = Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9._-]{1,200}$' }) });

export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export type ExportState = (typeof EXPORT_STATES)[number];
export type RecordsExportQuery = Static<typeof RecordsExportQuery>;
export type ListFormat = (typeof LIST_FORMATS)[number];
export type ListExportQuery = Static<typeof ListExportQuery>;
export type UsageExportQuery = Static<typeof UsageExportQuery>;
export type RecordSelection = Static<typeof RecordSelection>;
export type NewExport = Static<typeof NewExport>;
export type Export = Static<typeof Export>;
export type ExportList = Static<typeof ExportList>;
