import type { AnalysisFailure } from '../../contract/analysis.ts';

/** One turn of the conversation, in the words of Anthropic's Messages API. */
export type Turn =
  | { role: 'user'; content: string }
  /** The answer that was not understood, and what was wrong with it. */
  | { role: 'repair'; answer: ClaudeAnswer; problems: string };

export interface ClaudeRequest {
  model: string;
  maxOutputTokens: number;
  system: string;
  tool: { name: string; description: string; schema: Record<string, unknown> };
  turns: readonly Turn[];
}

/** What was answered, as far as it is needed. */
export interface ClaudeAnswer {
  stopReason: string | null;
  text: string;
  /** The call of the tool, its input as the text that came: it may be no JSON. */
  tool: { id: string; input: string } | null;
}

/** What a request used, as the provider says it; as far as it came where a request broke off. */
export interface ClaudeUsage {
  messageId: string;
  model: string;
  usage: Record<string, unknown>;
  latencyMs: number;
  timeToFirstTokenMs: number | null;
}

export interface ClaudeReply {
  answer: ClaudeAnswer;
  used: ClaudeUsage;
}

/** Asks Claude. A test, or the worker with the SDK, brings it. */
export interface Claude {
  /**
   * Sends a request, once: again only where the provider has said that it did nothing.
   * @throws ClaudeError; or the signal's reason, as `ClaudeError` of the code `aborted`
   */
  ask(request: ClaudeRequest, options: { signal: AbortSignal; onText(characters: number): void }): Promise<ClaudeReply>;
}

export class ClaudeError extends Error {
  readonly code: AnalysisFailure | 'aborted';
  /** What was used until then, where the provider had begun to answer. */
  readonly used: ClaudeUsage | undefined;
  /** It may have been billed, nobody knows how much. */
  readonly mayBeBilled: boolean;

  constructor(code: AnalysisFailure | 'aborted', options: { used?: ClaudeUsage | undefined; mayBeBilled: boolean }) {
    // No text of the provider's: it may quote the request.
    super(`the request to Claude failed: ${code}`);
    this.name = 'ClaudeError';
    this.code = code;
    this.used = options.used;
    this.mayBeBilled = options.mayBeBilled;
  }
}
