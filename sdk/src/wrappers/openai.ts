import { recorderOf } from '../client/recorder.ts';
import type { Tokengrip } from '../client/tokengrip.ts';
import type { WrapOptions } from './options.ts';
import { chatReader } from './readers/chat.ts';
import { embeddingsReader } from './readers/embeddings.ts';
import { responsesReader } from './readers/responses.ts';
import type { MethodRules } from './wrap-client.ts';
import { wrapFamily } from './wrap-family.ts';

/** The part of a client of the `openai` package that must be there: it may be its `AzureOpenAI` as well. */
export interface OpenAIClient {
  chat: { completions: { create: (...args: never[]) => unknown } };
}

const unrecorded = { kind: 'unrecorded' } as const;

/** `beta.chat` is where earlier majors of the package keep `parse()` and `stream()`. */
const RULES: MethodRules = {
  'chat.completions.create': { kind: 'record', reader: chatReader },
  'beta.chat.completions.create': { kind: 'record', reader: chatReader },
  'responses.create': { kind: 'record', reader: responsesReader },
  'beta.responses.create': { kind: 'record', reader: responsesReader },
  'embeddings.create': { kind: 'record', reader: embeddingsReader },
  'responses.retrieve': { kind: 'follow', reader: responsesReader },
  'responses.cancel': { kind: 'follow', reader: responsesReader },
  'beta.responses.retrieve': { kind: 'follow', reader: responsesReader },
  'beta.responses.cancel': { kind: 'follow', reader: responsesReader },
  'responses.compact': unrecorded,
  'beta.responses.compact': unrecorded,
  'completions.create': unrecorded,
  'images.generate': unrecorded,
  'images.edit': unrecorded,
  'images.createVariation': unrecorded,
  'audio.transcriptions.create': unrecorded,
  'audio.translations.create': unrecorded,
  'audio.speech.create': unrecorded,
  'videos.create': unrecorded,
  'videos.edit': unrecorded,
  'videos.extend': unrecorded,
  'videos.remix': unrecorded,
  'batches.create': unrecorded,
  'fineTuning.jobs.create': unrecorded,
  'evals.runs.create': unrecorded,
  'decisions.create': unrecorded,
  'realtime.calls.create': unrecorded,
  'realtime.clientSecrets.create': unrecorded,
  'live.create': unrecorded,
  'beta.realtime.sessions.create': unrecorded,
  'beta.threads.createAndRun': unrecorded,
  'beta.threads.createAndRunPoll': unrecorded,
  'beta.threads.createAndRunStream': unrecorded,
  'beta.threads.runs.create': unrecorded,
  'beta.threads.runs.createAndPoll': unrecorded,
  'beta.threads.runs.createAndStream': unrecorded,
  'beta.threads.runs.stream': unrecorded,
  'beta.agents.sessions.create': unrecorded,
  'beta.agents.sessions.events.create': unrecorded,
};

/**
 * Wraps a client of the `openai` package, of OpenAI, Azure or any provider that speaks its form. Returns a client of
 * the same type that behaves in the same way; each chat completion, response and embedding is recorded once, whole or
 * streamed, answered, failed or cancelled. The client that is passed in stays as it is.
 */
export function wrapOpenAI<C extends OpenAIClient>(client: C, tokengrip: Tokengrip, options: WrapOptions = {}): C {
  return wrapFamily(client, recorderOf(tokengrip), options, 'openai', RULES);
}
