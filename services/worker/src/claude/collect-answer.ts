import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import type { ClaudeReply, ClaudeUsage } from '@tokengrip/core/domain/analysis/claude';

/** Far more than the largest answer: whoever sends more is no Claude. */
const MAX_CHARACTERS = 400_000;

/** A request that did not come to its end, with what it used until then. */
export class BrokenOffError extends Error {
  readonly used: ClaudeUsage | undefined;
  constructor(cause: unknown, used: ClaudeUsage | undefined) {
    super('the request broke off', { cause });
    this.used = used;
  }
}

interface Options {
  model: string;
  /** Something came; so many characters of the answer are there. */
  onEvent(characters: number): void;
  /** Why we broke it off ourselves, if we did. */
  reason(): unknown;
}

/**
 * Reads a stream of the Messages API to its end. The input of the tool is collected as it comes, since what is no JSON has to
 * be told from what is, and the SDK's own collecting would throw. `message_start` has the input side of the usage,
 * `message_delta` the totals.
 * @throws BrokenOffError also where the stream ends without `message_stop`
 */
export async function collectAnswer(
  open: () => PromiseLike<AsyncIterable<RawMessageStreamEvent>>,
  { model, onEvent, reason }: Options,
): Promise<ClaudeReply> {
  const started = performance.now();
  const blocks = new Map<number, { type: string; id: string; text: string }>();
  let used: ClaudeUsage | undefined;
  let stopReason: string | null = null;
  let characters = 0;
  let isWhole = false;
  const elapsed = () => Math.round(performance.now() - started);

  function take(event: RawMessageStreamEvent): void {
    if (event.type === 'message_start') {
      const { id, model: answering, usage } = event.message;
      used = {
        messageId: String(id).slice(0, 200),
        model: typeof answering === 'string' && answering !== '' ? answering.slice(0, 200) : model,
        usage: { ...usage },
        latencyMs: elapsed(),
        timeToFirstTokenMs: null,
      };
    } else if (event.type === 'content_block_start') {
      const { content_block: block } = event;
      blocks.set(event.index, { type: block.type, id: block.type === 'tool_use' ? block.id : '', text: '' });
    } else if (event.type === 'content_block_delta') {
      if (used && used.timeToFirstTokenMs === null) used.timeToFirstTokenMs = elapsed();
      const { delta } = event;
      const more =
        delta.type === 'text_delta' ? delta.text : delta.type === 'input_json_delta' ? delta.partial_json : '';
      const block = blocks.get(event.index);
      if (block) block.text += more;
      characters += more.length;
      if (characters > MAX_CHARACTERS) throw new Error('the answer does not end');
    } else if (event.type === 'message_delta') {
      stopReason = event.delta.stop_reason;
      if (used) used.usage = { ...used.usage, ...withoutNulls(event.usage) };
    } else if (event.type === 'message_stop') isWhole = true;
  }

  try {
    for await (const event of await open()) {
      take(event);
      onEvent(characters);
    }
    if (!isWhole || used === undefined) throw new Error('the stream ended before the answer did');
  } catch (error) {
    if (used) used.latencyMs = elapsed();
    throw new BrokenOffError(reason() ?? error, used);
  }
  used.latencyMs = elapsed();
  const all = [...blocks.values()];
  const tool = all.find(({ type }) => type === 'tool_use');
  return {
    answer: {
      stopReason,
      text: all.flatMap(({ type, text }) => (type === 'text' ? [text] : [])).join(''),
      tool: tool ? { id: tool.id, input: tool.text } : null,
    },
    used,
  };
}

const withoutNulls = (usage: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
