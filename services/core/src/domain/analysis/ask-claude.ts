import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import { type RunRow, SupersededError, touch } from './analysis-run.ts';
import { ANSWER_TOOL } from './answer-form.ts';
import { type Claude, type ClaudeAnswer, ClaudeError, type ClaudeUsage, type Turn } from './claude.ts';
import { ANSWER_SCHEMA, INSTRUCTIONS, MAX_OUTPUT_TOKENS } from './instructions.ts';
import { recordOwnUsage } from './record-usage.ts';

/** An answer of usual length. */
const USUAL_CHARACTERS = 9_000;

type Asking = Context & { claude?: Claude };

/**
 * Sends the document, and keeps the answer with what it used in one transaction. Before, the row says that a request is under
 * way, so that whoever finds it after a crash knows that it may have been billed.
 * @throws ClaudeError; SupersededError when it was cancelled before
 */
export async function askClaude(
  ctx: Asking,
  row: RunRow,
  runId: string,
  signal: AbortSignal,
  repair: { answer: ClaudeAnswer; problems: string } | undefined,
): Promise<ClaudeAnswer> {
  if (!ctx.claude) throw new ClaudeError('no_key', { mayBeBilled: false });
  const turns: Turn[] = [{ role: 'user', content: row.document }];
  if (repair) turns.push({ role: 'repair', ...repair });
  const floor = repair ? 0.5 : 0.05;
  await announce(ctx, row.id, runId, repair ? 'repairing' : 'asking', floor);
  signal.throwIfAborted();
  try {
    const { answer, used } = await ctx.claude.ask(
      {
        model: row.model,
        maxOutputTokens: MAX_OUTPUT_TOKENS,
        system: INSTRUCTIONS,
        tool: {
          name: ANSWER_TOOL,
          description: 'Reports what was found. Called exactly once.',
          schema: ANSWER_SCHEMA,
        },
        turns,
      },
      { signal, onText: progressOf(ctx, row.id, runId, floor) },
    );
    await close(ctx, row, runId, { used, answer });
    return answer;
  } catch (error) {
    if (!(error instanceof ClaudeError)) throw error;
    await close(ctx, row, runId, { used: error.used, failure: error.code, mayBeBilled: error.mayBeBilled });
    // Whoever cancelled it has ended it already.
    if (error.code === 'aborted' && signal.reason instanceof SupersededError) throw signal.reason;
    throw error;
  }
}

async function announce(ctx: Context, id: number, runId: string, stage: 'asking' | 'repairing', progress: number) {
  const now = ctx.clock.now();
  const { rows } = await sql`
    update analyses set stage = ${stage}, progress = greatest(progress, ${progress}::real), request_sent_at = ${now},
      touched_at = ${now}, requests = requests + 1
    where id = ${id} and run_id = ${runId}::uuid and state = 'running' returning id`.execute(ctx.db);
  if (rows.length === 0) throw new SupersededError('cancelled before it was sent');
}

/** Written now and then: a page looks every second or two. */
function progressOf(ctx: Context, id: number, runId: string, floor: number): (characters: number) => void {
  let next = 0;
  return (characters) => {
    if (characters < next) return;
    next = characters + 500;
    const progress = floor + 0.3 * Math.min(1, characters / USUAL_CHARACTERS);
    touch(ctx.db, id, runId, { now: ctx.clock.now(), progress }).catch(() => {});
  };
}

/** The request is over: what it used is recorded and what it said is kept, both or neither, and whoever has it by now. */
async function close(
  ctx: Context,
  row: RunRow,
  runId: string,
  over: {
    used?: ClaudeUsage | undefined;
    answer?: ClaudeAnswer;
    failure?: string;
    mayBeBilled?: boolean;
  },
): Promise<void> {
  const { used, answer, failure, mayBeBilled = false } = over;
  const catalog = used && (await loadOrganizationCatalog(ctx.db, row.organization_id));
  await ctx.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ usage_project_id: number | null }>`
      select usage_project_id from analyses where id = ${row.id} and run_id = ${runId}::uuid for update`.execute(tx);
    // Deleted meanwhile: the cost was there all the same.
    const projectId = rows[0]?.usage_project_id ?? row.usage_project_id;
    const own = used && catalog && (await recordOwnUsage(ctx, tx, catalog, { projectId, used, failure }));
    await sql`
      update analyses set request_sent_at = null,
        answer = case when state = 'running' then ${answer ? JSON.stringify(answer) : null}::jsonb end,
        input_tokens = input_tokens + ${own?.inputTokens ?? 0n}, output_tokens = output_tokens + ${own?.outputTokens ?? 0n},
        cost_pico_usd = cost_pico_usd + ${own ? own.costPicoUsd : 0n}::numeric,
        usage_incomplete = usage_incomplete or ${mayBeBilled}
      where id = ${row.id} and run_id = ${runId}::uuid`.execute(tx);
  });
}
