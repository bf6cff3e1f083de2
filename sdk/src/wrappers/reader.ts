import type { RequestIdentity } from '../record/digests.ts';
import type { UsageRecord } from '../record/usage-record.ts';

/** What a request says about a call before there is an answer. */
export type RequestFacts = Pick<UsageRecord, 'requestedTier' | 'reasoningEffort' | 'maxOutputTokens'> & {
  model?: string | undefined;
};

/** What an answer says about a call. */
export type ResponseFacts = Pick<
  UsageRecord,
  'usage' | 'finishReason' | 'serviceTier' | 'responseId' | 'reportedCost'
> & {
  model?: string | undefined;
  /** The provider answered that the call failed. */
  errorType?: string | undefined;
  /** The provider goes on working and tells the result to who asks later. */
  pending?: boolean;
};

/** Reads the events of one streamed answer as they pass. */
export interface StreamReader {
  /** Whether the event carries the first or a further piece of the answer, as opposed to its frame. */
  event(event: unknown): boolean;
  /** What is known so far. `complete`: the provider said that this is the end. */
  facts(): ResponseFacts & { complete: boolean };
  /** Text so far, at least as much as is captured. */
  text(): string;
}

/**
 * How one operation of a provider's client is read: a chat completion, a response, a message, an embedding.
 * Readers know a provider's form and nothing else. They get the very objects of the host and leave them untouched.
 */
export interface Reader {
  /** Which of a provider's formats it is; the source's name is made of it. */
  readonly format: 'chat' | 'responses' | 'embeddings' | 'messages';
  /** Recognizes the operation's own HTTP requests among others of the same client, such as one for a token. */
  readonly path: RegExp;
  request(body: unknown): RequestFacts;
  identity(body: unknown): RequestIdentity;
  /** Text of the last user turn. */
  promptText(body: unknown): string;
  response(answer: unknown): ResponseFacts;
  responseText(answer: unknown): string;
  stream(): StreamReader;
}
