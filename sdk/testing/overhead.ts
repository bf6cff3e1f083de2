/**
 * What wrapping costs a call: the same calls of the real client, whose `fetch` answers at once, with and without.
 * Run it with Node: `node testing/overhead.ts`. The synchronous part is what delays the request; the whole contains
 * what is done beside the host's work, such as hashing and queueing.
 */
import OpenAI from 'openai';
import { Tokengrip, wrapOpenAI } from '../src/index.ts';

const CALLS = 3_000;
const ROUNDS = 7;
/** The clock of the processor is too coarse for a single call. */
const TOGETHER = 50;

const answer = JSON.stringify({
  id: 'chatcmpl-1',
  model: 'gpt-5-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1_200, completion_tokens: 3, total_tokens: 1_203 },
});
const fetch: typeof globalThis.fetch = async (_, init) => {
  if (init?.signal?.aborted) throw init.signal.reason;
  return new Response(answer, { headers: { 'content-type': 'application/json' } });
};
const accepted = JSON.stringify({ accepted: 500, duplicates: 0, rejected: [] });
const tokengrip = new Tokengrip({
  apiKey: 'k',
  baseUrl: 'http://127.0.0.1',
  fetch: async () => new Response(accepted),
});
const client = new OpenAI({ apiKey: 'k', fetch });
const clients = { unwrapped: new OpenAI({ apiKey: 'k', fetch }), wrapped: wrapOpenAI(client, tokengrip) };

async function measure(openai: OpenAI, promptCharacters: number): Promise<{ whole: number; delay: number }> {
  const body = {
    model: 'gpt-5-mini',
    messages: [
      { role: 'system' as const, content: 'x'.repeat(promptCharacters) },
      { role: 'user' as const, content: 'Hello?' },
    ],
  };
  let delay = 0;
  const start = cpuMs();
  for (let call = 0; call < CALLS; call += TOGETHER) {
    const before = cpuMs();
    const answers = Array.from({ length: TOGETHER }, () => openai.chat.completions.create(body));
    delay += cpuMs() - before;
    await Promise.all(answers);
  }
  return { whole: (cpuMs() - start) / CALLS, delay: delay / CALLS };
}

/** Time of the processor, not of the clock: what else the machine does is not counted. */
function cpuMs(): number {
  return process.cpuUsage().user / 1_000;
}

for (const promptCharacters of [4_000, 100_000]) {
  // The least of several rounds: whatever disturbs only ever adds.
  const best = { unwrapped: { whole: 1e9, delay: 1e9 }, wrapped: { whole: 1e9, delay: 1e9 } };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['unwrapped', 'wrapped'] as const) {
      const { whole, delay } = await measure(clients[name], promptCharacters);
      best[name] = { whole: Math.min(whole, best[name].whole), delay: Math.min(delay, best[name].delay) };
    }
    await tokengrip.flush();
  }
  const added = (key: 'whole' | 'delay') => `+${((best.wrapped[key] - best.unwrapped[key]) * 1_000).toFixed(1)} µs`;
  console.log(
    `prompt of ${promptCharacters} characters: ${added('delay')} before the request, ${added('whole')} in all`,
    `(the call itself: ${(best.unwrapped.whole * 1_000).toFixed(1)} µs)`,
  );
}
await tokengrip.close();
