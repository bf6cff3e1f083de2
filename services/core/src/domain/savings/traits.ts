import { sql } from 'kysely';
import type { Db } from '../../db/connection.ts';
import {
  BY_TRAFFIC,
  CACHED,
  callsOf,
  PROMPT,
  type Span,
  SUM_COLUMNS,
  TRAFFIC_COLUMNS,
  type Traffic,
  type TrafficRow,
  toTraffic,
} from './traffic.ts';

/** A call is short and simple below these, when it uses no tool and no picture, and comes to its end. */
export const SHORT = { prompt: 1_500, output: 250, reasoning: 64 };

const OK = sql`c.status = 'ok'`;

/** By what rules choose calls. */
const TRAITS = {
  ok: OK,
  simple: sql`${OK} and ${PROMPT} <= ${sql.lit(SHORT.prompt)} and coalesce(c.output_tokens, 0) <= ${sql.lit(SHORT.output)}
    and coalesce(c.reasoning_tokens, 0) <= ${sql.lit(SHORT.reasoning)} and c.tools is null and c.units is null
    and c.input_image_tokens is null and c.input_audio_tokens is null and c.input_video_tokens is null
    and lower(coalesce(c.finish_reason, '')) not in ('length', 'max_tokens', 'tool_calls', 'tool_use')`,
  /** Nobody waits, by the sender's own word, and it is paid at the standard rate. */
  background: sql`${OK} and coalesce(c.interactive = false, false)
    and lower(coalesce(c.service_tier, c.requested_tier, '')) in ('', 'auto', 'default', 'standard', 'standard_only', 'on_demand')`,
  /** A turn that the next one waits for cannot wait for a day; a stream has somebody who reads it. */
  alone: sql`c.session is null and c.streamed is not true`,
  cached: sql`${CACHED} > 0`,
  /**
   * How providers say that an answer was cut: OpenAI, Anthropic, Gemini and Bedrock in their documents of the finish reason.
   * https://platform.openai.com/docs/api-reference/chat/object, https://docs.claude.com/en/api/messages (stop_reason),
   * https://ai.google.dev/api/generate-content#FinishReason
   */
  cut: sql`${OK} and lower(coalesce(c.finish_reason, '')) in ('length', 'max_tokens', 'max_output_tokens', 'model_length')`,
};
type Trait = keyof typeof TRAITS;

const NAMES = Object.keys(TRAITS) as Trait[];

/** Sums of calls that are priced alike and have the same traits. */
export type TraitSums = Traffic & Record<Trait, boolean>;

/** The dearest come first; what is beyond is too little to be a recommendation. */
const MAX_ROWS = 20_000;

/** In one pass over the calls: what each rule is about is a part of these sums. */
export async function readTraits(db: Db, span: Span): Promise<TraitSums[]> {
  const { rows } = await sql<TrafficRow & Record<Trait, boolean>>`
    select ${TRAFFIC_COLUMNS}, ${sql.join(NAMES.map((name) => sql`${TRAITS[name]} as ${sql.id(name)}`))}, ${SUM_COLUMNS}
    from ${callsOf(span)}
    group by ${BY_TRAFFIC}, ${sql.join(NAMES.map((_, i) => sql.lit(8 + i)))}
    order by cost desc
    limit ${MAX_ROWS}`.execute(db);
  return rows.map((row) => {
    const { ok, simple, background, alone, cached, cut } = row;
    return { ...toTraffic(row), ok, simple, background, alone, cached, cut };
  });
}
