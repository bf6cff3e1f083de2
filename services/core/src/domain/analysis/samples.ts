import { sql } from 'kysely';
import { MAX_ANALYSIS_SAMPLES } from '../../contract/analysis.ts';
import type { Db } from '../../db/connection.ts';
import type { Subject } from './usage-figures.ts';

/** Samples are from the latest calls; how far back is looked for them. */
const LATEST_CALLS = 20_000;
const PER_FEATURE = 2;

export interface CapturedSample {
  id: string;
  projectId: number;
  projectName: string;
  ts: Date;
  provider: string;
  model: string;
  feature: string;
  prompt: string | null;
  response: string | null;
  /** Every name that the call itself carries. */
  own: readonly string[];
}

interface Row {
  project_id: number;
  project_name: string;
  ts: Date;
  event_id: string;
  provider: string;
  model: string;
  feature: string | null;
  environment: string | null;
  end_user: string | null;
  customer: string | null;
  session: string | null;
  trace_id: string | null;
  tags: Record<string, string> | null;
  prompt_text: string | null;
  response_text: string | null;
}

/**
 * The latest captured texts, at most two of a feature, from projects that allow capturing now: text that was captured
 * before somebody forbade it stays here.
 */
export async function readSamples(tx: Db, subject: Subject, leaveOut: ReadonlySet<string>): Promise<CapturedSample[]> {
  const { rows } = await sql<Row>`
    with latest as (
      select project_id, ts, event_id, provider, model, feature, environment, end_user, customer, session, trace_id, tags,
        prompt_text, response_text
      from usage_calls
      where project_id = any(array(
          select id from projects
          where id = any(${[...subject.projectIds]}::integer[]) and organization_id = ${subject.organization.id} and capture_content))
        and ts >= ${subject.from} and ts < ${subject.to} and duplicate_of is null
      order by ts desc limit ${LATEST_CALLS}
    ), ranked as (
      select *, row_number() over (partition by project_id, feature order by ts desc, event_id) as place
      from latest where prompt_text is not null or response_text is not null
    )
    select r.project_id, p.name as project_name, r.ts, r.event_id, r.provider, r.model, r.feature, r.environment, r.end_user,
      r.customer, r.session, r.trace_id, r.tags, r.prompt_text, r.response_text
    from ranked r join projects p on p.id = r.project_id
    where r.place <= ${PER_FEATURE + leaveOut.size}
    order by r.place, r.ts desc, r.event_id`.execute(tx);
  const perFeature = new Map<string, number>();
  return rows
    .filter((row) => {
      if (leaveOut.has(idOf(row))) return false;
      const key = `${row.project_id} ${row.feature ?? ''}`;
      const count = (perFeature.get(key) ?? 0) + 1;
      perFeature.set(key, count);
      return count <= PER_FEATURE;
    })
    .slice(0, MAX_ANALYSIS_SAMPLES)
    .map((row) => ({
      id: idOf(row),
      projectId: row.project_id,
      projectName: row.project_name,
      ts: row.ts,
      provider: row.provider,
      model: row.model,
      feature: row.feature ?? '',
      prompt: row.prompt_text,
      response: row.response_text,
      own: [
        row.feature,
        row.environment,
        row.end_user,
        row.customer,
        row.session,
        row.trace_id,
        ...Object.entries(row.tags ?? {}).flat(),
      ].filter((name) => name !== null),
    }));
}

const idOf = (row: { project_id: number; event_id: string }) => `${row.project_id}:${row.event_id}`;
