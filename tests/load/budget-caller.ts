// A host in a process of its own: so many calls at once, of a provider that costs nothing, as long as its budget lets it.
// Told `stop` it says what it has done.
import OpenAI from 'openai';
import { BudgetExceededError, Tokengrip, wrapOpenAI } from 'tokengrip';

export interface CallerSettings {
  url: string;
  secret: string;
  concurrency: number;
  /** Of a call, between half and one and a half of it. */
  latencyMs: number;
}

export interface CallerReport {
  calls: number;
  refused: number;
  errors: number;
  /** Milliseconds since 1970. */
  firstRefusalAt: number | null;
  lastCallAt: number;
  /** When the first call passed that was begun after `raised` was said. */
  resumedAt: number | null;
}

const MOST_TOKENS = 2_000;
/** Who is refused tries again after that. */
const RETRY_MS = 50;

const settings = JSON.parse(process.argv[2] ?? '{}') as CallerSettings;
const report: CallerReport = { calls: 0, refused: 0, errors: 0, firstRefusalAt: null, lastCallAt: 0, resumedAt: null };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers as OpenAI does, after the time that a model takes. */
const provider: typeof fetch = async () => {
  await pause(settings.latencyMs * (0.5 + Math.random()));
  const tokens = 1 + Math.floor(Math.random() * MOST_TOKENS);
  return Response.json({
    id: `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: tokens, completion_tokens: tokens, total_tokens: 2 * tokens },
  });
};

const tokengrip = new Tokengrip({ apiKey: settings.secret, baseUrl: settings.url, enforceBudgets: true });
const client = wrapOpenAI(new OpenAI({ apiKey: 'sk-none', fetch: provider, maxRetries: 0 }), tokengrip);
let stopping = false;
let raisedAt = Number.POSITIVE_INFINITY;

async function work(): Promise<void> {
  while (!stopping) {
    try {
      const begunAt = Date.now();
      await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'x' }] });
      report.calls += 1;
      report.lastCallAt = Date.now();
      if (begunAt >= raisedAt) report.resumedAt ??= begunAt;
    } catch (error) {
      if (error instanceof BudgetExceededError) {
        report.refused += 1;
        report.firstRefusalAt ??= Date.now();
      } else report.errors += 1;
      await pause(RETRY_MS);
    }
  }
}

process.on('message', (message) => {
  if (message === 'report') process.send?.(report);
  else if (message === 'raised') raisedAt = Date.now();
  else stopping = true;
});
await Promise.all(Array.from({ length: settings.concurrency }, work));
await tokengrip.close();
process.send?.(report, () => process.exit(0));
