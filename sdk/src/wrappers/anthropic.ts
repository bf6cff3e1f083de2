import { recorderOf } from '../client/recorder.ts';
import type { Tokengrip } from '../client/tokengrip.ts';
import type { WrapOptions } from './options.ts';
import { messagesReader } from './readers/messages.ts';
import type { MethodRules } from './wrap-client.ts';
import { wrapFamily } from './wrap-family.ts';

/** The part of a client of the `@anthropic-ai/sdk` package, or of its packages for clouds, that must be there. */
export interface AnthropicClient {
  messages: { create: (...args: never[]) => unknown };
}

const unrecorded = { kind: 'unrecorded' } as const;

const RULES: MethodRules = {
  'messages.create': { kind: 'record', reader: messagesReader },
  'beta.messages.create': { kind: 'record', reader: messagesReader },
  'messages.batches.create': unrecorded,
  'beta.messages.batches.create': unrecorded,
  'completions.create': unrecorded,
  'beta.sessions.create': unrecorded,
  'beta.sessions.events.send': unrecorded,
  'beta.dreams.create': unrecorded,
};

/**
 * Wraps a client of the `@anthropic-ai/sdk` package. Returns a client of the same type that behaves in the same way;
 * each message is recorded once, whole or streamed, answered, failed or cancelled. The client that is passed in stays
 * as it is.
 */
export function wrapAnthropic<C extends AnthropicClient>(
  client: C,
  tokengrip: Tokengrip,
  options: Omit<WrapOptions, 'includeUsage' | 'source'> = {},
): C {
  return wrapFamily(client, recorderOf(tokengrip), options, 'anthropic', RULES);
}
