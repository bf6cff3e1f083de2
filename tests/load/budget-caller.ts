// A host in a process of its own: so many calls at once of the provider that all share, as long as its budget lets it. Told
// what to do it says `ready`; told `go` it calls; told `stop` it says what it has done, and waits for the next.

import OpenAI from 'openai';
import { BudgetExceededError, Tokengrip, wrapOpenAI } from 'tokengrip';
import { shiftClock } from './shifted-clock.ts';

export interface CallerSettings {
  name: string;
  provider: string;
  url: string;
  secret: string;
  concurrency: number;
  clockAheadMs: number;
}

export interface CallerReport {
  refused: number;
  /** Whether there was a moment in which budgets could not be asked about, and calls passed. */
  blind: number;
  /** What failed otherwise, by its message. */
  errors: Record<string, number>;
}

export type Order = CallerSettings | 'go' | 'refused?' | 'stop';

/** Who is refused tries again after that. */
const RETRY_MS = 200;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function prepare(settings: CallerSettings) {
  const { name, provider, url, secret, concurrency } = settings;
  const report: CallerReport = { refused: 0, blind: 0, errors: {} };
  const tokengrip = new Tokengrip({
    apiKey: secret,
    baseUrl: url,
    enforceBudgets: true,
    onWarning: ({ code }) => {
      if (code === 'budgets_unknown') report.blind = 1;
    },
  });
  const openai = new OpenAI({
    apiKey: 'sk-none',
    baseURL: `${provider}/v1`,
    maxRetries: 0,
    defaultHeaders: { 'x-caller': name },
  });
  const client = wrapOpenAI(openai, tokengrip);
  let stopping = false;

  async function work(): Promise<void> {
    while (!stopping) {
      try {
        await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'x' }] });
      } catch (error) {
        if (error instanceof BudgetExceededError) report.refused += 1;
        else report.errors[String(error)] = (report.errors[String(error)] ?? 0) + 1;
        await pause(RETRY_MS);
      }
    }
  }

  let working: Promise<unknown> = Promise.resolve();
  return {
    report,
    go() {
      working = Promise.all(Array.from({ length: concurrency }, work));
    },
    async stop() {
      stopping = true;
      await working;
      await tokengrip.close();
    },
  };
}

let task: ReturnType<typeof prepare> | undefined;

async function obey(order: Order): Promise<void> {
  if (order === 'go') task?.go();
  else if (order === 'refused?') process.send?.((task?.report.refused ?? 0) > 0);
  else if (order === 'stop') {
    await task?.stop();
    process.send?.(task?.report);
  } else {
    shiftClock(order.clockAheadMs);
    task = prepare(order);
    process.send?.('ready');
  }
}

process.on('message', (order: Order) => void obey(order));
process.on('disconnect', () => process.exit(0));
process.send?.('started');
