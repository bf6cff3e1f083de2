import { setTimeout as pause } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import type { MessageCreateParamsStreaming, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import { MINUTE, SECOND } from '@tokengrip/core/clock';
import {
  type Claude,
  ClaudeError,
  type ClaudeReply,
  type ClaudeRequest,
  type Turn,
} from '@tokengrip/core/domain/analysis/claude';
import { collectAnswer } from './collect-answer.ts';
import { interpretError } from './interpret-error.ts';

export interface ClaudeSettings {
  ANTHROPIC_API_KEY?: string;
  ANTHROPIC_BASE_URL: string;
  /** How long to wait for the first event, and between two. */
  silenceMs?: number;
  /** How long an answer may take as a whole. */
  answerMs?: number;
  /** Before the first, second, … repetition, where the provider does not say how long. */
  pausesMs?: readonly number[];
}

const SILENCE_MS = 2 * MINUTE;
const ANSWER_MS = 10 * MINUTE;
const PAUSES_MS = [2 * SECOND, 10 * SECOND, 30 * SECOND] as const;

/** Whoever is told to wait longer asks again another time. */
const LONGEST_PAUSE_MS = 90 * SECOND;

/**
 * Asks Claude by Anthropic's SDK, as a stream. The SDK's own repetitions are off: it would repeat what was cut off in the
 * middle, too, and that may have been billed.
 */
export function createClaude(settings: ClaudeSettings): Claude {
  const client = new Anthropic({
    apiKey: settings.ANTHROPIC_API_KEY ?? null,
    authToken: null,
    baseURL: settings.ANTHROPIC_BASE_URL,
    maxRetries: 0,
    // It would write requests and answers into the log.
    logLevel: 'off',
    timeout: settings.silenceMs ?? SILENCE_MS,
  });
  const pauses = settings.pausesMs ?? PAUSES_MS;

  return {
    async ask(request, { signal, onText }) {
      for (let repetition = 0; ; repetition += 1) {
        try {
          return await askOnce(client, request, settings, { signal, onText });
        } catch (error) {
          const { failure, again } = interpretError(error, signal);
          const waitMs = again && repetition < pauses.length ? (again.afterMs ?? pauses[repetition] ?? 0) : undefined;
          if (waitMs === undefined || waitMs > LONGEST_PAUSE_MS) throw failure;
          await pause(waitMs, undefined, { signal }).catch(() => {
            throw new ClaudeError('aborted', { mayBeBilled: false });
          });
        }
      }
    },
  };
}

async function askOnce(
  client: Anthropic,
  request: ClaudeRequest,
  { silenceMs = SILENCE_MS, answerMs = ANSWER_MS }: ClaudeSettings,
  { signal, onText }: Parameters<Claude['ask']>[1],
): Promise<ClaudeReply> {
  const silence = new AbortController();
  const timeUp = () => silence.abort(new ClaudeError('timeout', { mayBeBilled: true }));
  let timer = setTimeout(timeUp, silenceMs);
  const whole = setTimeout(timeUp, answerMs);
  const either = AbortSignal.any([signal, silence.signal]);
  try {
    return await collectAnswer(() => client.messages.create(toParams(request), { signal: either }), {
      model: request.model,
      onEvent(characters) {
        clearTimeout(timer);
        timer = setTimeout(timeUp, silenceMs);
        onText(characters);
      },
      reason: () => (silence.signal.aborted ? silence.signal.reason : undefined),
    });
  } finally {
    clearTimeout(timer);
    clearTimeout(whole);
  }
}

/**
 * The tool is not forced: models that think refuse that. Nothing else is set that only some models take, so that any can be
 * configured.
 */
const toParams = (request: ClaudeRequest): MessageCreateParamsStreaming => ({
  model: request.model,
  max_tokens: request.maxOutputTokens,
  stream: true,
  system: request.system,
  tools: [
    {
      name: request.tool.name,
      description: request.tool.description,
      input_schema: { ...request.tool.schema, type: 'object' },
    },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  messages: request.turns.flatMap(toMessages),
});

/**
 * A broken answer goes back as text, in a message of ours: its call of the tool may be no JSON, and the blocks of thinking
 * that belong before it are not kept.
 */
const toMessages = (turn: Turn): MessageParam[] => {
  if (turn.role === 'user') return [{ role: 'user', content: turn.content }];
  const { answer, problems } = turn;
  const said = (answer.tool?.input || answer.text || '(nothing)').slice(0, 60_000);
  return [
    { role: 'assistant', content: said.trimEnd() || '(nothing)' },
    { role: 'user', content: problems },
  ];
};
