import { sql } from 'kysely';
import Type from 'typebox';
import { Secret, Switch } from '../../config.ts';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/connection.ts';

/** What the operator says of analyses, for the environment of the worker. */
export const analysisConfig = {
  AIR_GAPPED: Switch(false),
  ANTHROPIC_API_KEY: Type.Optional(Secret()),
  ANTHROPIC_BASE_URL: Type.String({ pattern: '^https?://[^\\s/]+', default: 'https://api.anthropic.com' }),
  ANALYSIS_MODEL: Type.String({ minLength: 1, maxLength: 200, default: 'claude-sonnet-5' }),
  /** For each organization, on its day. */
  ANALYSIS_DAILY_LIMIT: Type.Integer({ minimum: 0, maximum: 1_000, default: 10 }),
};

export interface AnalysisConfig {
  AIR_GAPPED: boolean;
  ANTHROPIC_API_KEY?: string;
  ANTHROPIC_BASE_URL: string;
  ANALYSIS_MODEL: string;
  ANALYSIS_DAILY_LIMIT: number;
}

type ServiceState = 'ready' | 'no_key' | 'air_gapped';

/** What analyses are made with. Has no secret. */
export interface AnalysisService {
  state: ServiceState;
  model: string;
  host: string;
  dailyLimit: number;
}

/** `AIR_GAPPED` overrules a key. */
export function serviceOf(config: AnalysisConfig): AnalysisService {
  return {
    state: config.AIR_GAPPED ? 'air_gapped' : config.ANTHROPIC_API_KEY === undefined ? 'no_key' : 'ready',
    model: config.ANALYSIS_MODEL,
    host: new URL(config.ANTHROPIC_BASE_URL).host,
    dailyLimit: config.ANALYSIS_DAILY_LIMIT,
  };
}

/** For the worker, at its start: the api has no key, and knows by this whether there is one. */
export async function announceService(ctx: Context, service: AnalysisService): Promise<void> {
  const { state, model, host, dailyLimit } = service;
  await sql`
    insert into analysis_service (state, model, host, daily_limit, seen_at)
    values (${state}, ${model}, ${host}, ${dailyLimit}, ${ctx.clock.now()})
    on conflict (id) do update set state = excluded.state, model = excluded.model, host = excluded.host,
      daily_limit = excluded.daily_limit, seen_at = excluded.seen_at`.execute(ctx.db);
}

/** `undefined` until a worker has started. */
export async function findService(db: Db): Promise<AnalysisService | undefined> {
  const { rows } = await sql<AnalysisService>`
    select state, model, host, daily_limit as "dailyLimit" from analysis_service`.execute(db);
  return rows[0];
}
