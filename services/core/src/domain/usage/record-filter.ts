import { type RawBuilder, sql } from 'kysely';
import { parseUsd } from '../../cost/money.ts';
import { invalidField } from '../../errors.ts';
import type { Period } from './plan-sources.ts';
import { readInstant } from './read-period.ts';
import { conditions, type UsageFilter, usageFilter } from './usage-filter.ts';

/** Which records a list or an export has. */
export interface RecordFilter extends UsageFilter {
  period: Partial<Period>;
  traceId?: string | undefined;
  responseId?: string | undefined;
  minPicoUsd?: bigint | undefined;
  maxPicoUsd?: bigint | undefined;
  minLatencyMs?: number | undefined;
  maxLatencyMs?: number | undefined;
  duplicates: 'exclude' | 'include' | 'only';
  /** Leaves out what came in later, whatever time it says. */
  receivedUntil?: Date | undefined;
}

/** What a request says of the records that it wants. */
type RecordChoice = Omit<UsageFilter, 'projectIds'> & {
  from?: string | undefined;
  to?: string | undefined;
  minCost?: string | undefined;
  maxCost?: string | undefined;
  duplicates?: string | undefined;
} & Pick<RecordFilter, 'traceId' | 'responseId' | 'minLatencyMs' | 'maxLatencyMs'>;

/** @throws AppError `invalid_request` naming the field */
export function recordFilter(choice: RecordChoice, projectIds: readonly number[]): RecordFilter {
  const period = {
    ...(choice.from === undefined ? {} : { from: readInstant('from', choice.from) }),
    ...(choice.to === undefined ? {} : { to: readInstant('to', choice.to) }),
  };
  if (period.from && period.to && period.from >= period.to) throw invalidField('to', 'must be later than `from`');
  return {
    ...usageFilter(choice, projectIds),
    period,
    traceId: choice.traceId,
    responseId: choice.responseId,
    minPicoUsd: choice.minCost === undefined ? undefined : parseUsd(choice.minCost),
    maxPicoUsd: choice.maxCost === undefined ? undefined : parseUsd(choice.maxCost),
    minLatencyMs: choice.minLatencyMs,
    maxLatencyMs: choice.maxLatencyMs,
    duplicates: (choice.duplicates ?? 'exclude') as RecordFilter['duplicates'],
  };
}

const DUPLICATES: Record<RecordFilter['duplicates'], RawBuilder<unknown>[]> = {
  exclude: [sql`duplicate_of is null`],
  include: [],
  only: [sql`duplicate_of is not null`],
};

/** The filter as SQL over `usage_calls`, for one of its projects or for all. */
export function recordConditions(filter: RecordFilter, projectIds = filter.projectIds): RawBuilder<unknown> {
  const { from, to } = filter.period;
  const given = <T>(value: T | undefined, condition: (value: T) => RawBuilder<unknown>) =>
    value === undefined ? [] : [condition(value)];
  return sql.join(
    [
      conditions({ ...filter, projectIds }),
      ...given(from, (value) => sql`ts >= ${value}`),
      ...given(to, (value) => sql`ts < ${value}`),
      ...given(filter.traceId, (value) => sql`trace_id = ${value}`),
      ...given(filter.responseId, (value) => sql`response_id = ${value}`),
      ...given(filter.minPicoUsd, (value) => sql`total_pico_usd >= ${value}`),
      ...given(filter.maxPicoUsd, (value) => sql`total_pico_usd <= ${value}`),
      ...given(filter.minLatencyMs, (value) => sql`latency_ms >= ${value}`),
      ...given(filter.maxLatencyMs, (value) => sql`latency_ms <= ${value}`),
      ...DUPLICATES[filter.duplicates],
      ...given(filter.receivedUntil, (value) => sql`received_at <= ${value}`),
    ],
    sql` and `,
  );
}
