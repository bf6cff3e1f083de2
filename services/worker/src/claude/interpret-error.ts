import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from '@anthropic-ai/sdk';
import { SECOND } from '@tokengrip/core/clock';
import type { AnalysisFailure } from '@tokengrip/core/contract/analysis';
import { ClaudeError } from '@tokengrip/core/domain/analysis/claude';
import { BrokenOffError } from './collect-answer.ts';

/** What the provider has not even begun to do: nothing was billed, and it may be asked again. */
const NOT_BEGUN: ReadonlySet<number> = new Set([429, 503, 529]);

/** Nobody was reached. */
const UNREACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** https://docs.anthropic.com/en/api/errors: by status, and by type where it comes in the middle of a stream. */
const BY_STATUS: Readonly<Record<number, AnalysisFailure>> = {
  400: 'bad_request',
  401: 'unauthorized',
  402: 'billing',
  403: 'unauthorized',
  404: 'model_unknown',
  413: 'too_large',
  429: 'rate_limited',
  503: 'overloaded',
  529: 'overloaded',
};
const BY_TYPE: Readonly<Record<string, AnalysisFailure>> = {
  overloaded_error: 'overloaded',
  rate_limit_error: 'rate_limited',
  api_error: 'provider_error',
  timeout_error: 'timeout',
};

export interface InterpretedError {
  failure: ClaudeError;
  /** Nothing was done: it can be asked again, after so long as the provider says. */
  again?: { afterMs: number | undefined };
}

/** What an error of the SDK, or of our own clocks, means for an analysis. Texts of the provider's go no further. */
export function interpretError(error: unknown, signal: AbortSignal): InterpretedError {
  const cause = error instanceof BrokenOffError ? error.cause : error;
  const used = error instanceof BrokenOffError ? error.used : undefined;
  const failed = (code: AnalysisFailure | 'aborted', mayBeBilled: boolean): InterpretedError => ({
    failure: new ClaudeError(code, { used, mayBeBilled }),
  });
  if (signal.aborted || cause instanceof APIUserAbortError) return failed('aborted', true);
  if (cause instanceof ClaudeError) return failed(cause.code, cause.mayBeBilled);
  if (cause instanceof APIConnectionTimeoutError) return failed('timeout', true);
  if (cause instanceof APIConnectionError) return failed('connection', !isUnreached(cause));
  if (!(cause instanceof APIError)) return failed('connection', true);
  const { status } = cause;
  // An event of the stream: the answer had begun.
  if (typeof status !== 'number') return failed(BY_TYPE[cause.type ?? ''] ?? 'provider_error', true);
  const interpreted = failed(codeOf(status, cause), status >= 500 && !NOT_BEGUN.has(status));
  return NOT_BEGUN.has(status) && !used
    ? { ...interpreted, again: { afterMs: retryAfterMs(cause.headers) } }
    : interpreted;
}

function codeOf(status: number, { message }: Error): AnalysisFailure {
  // Anthropic says 400 of an account without credit, and of a prompt that is too long, in words alone.
  if (status === 400 && /credit balance/i.test(message)) return 'billing';
  if (status === 400 && /prompt is too long|context (?:window|limit)/i.test(message)) return 'too_large';
  return BY_STATUS[status] ?? (status >= 500 ? 'provider_error' : 'bad_request');
}

function isUnreached(error: Error): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && UNREACHED.has(String(cause.code))) return true;
  }
  return false;
}

/** Seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(headers: Headers | undefined): number | undefined {
  const text = headers?.get('retry-after');
  if (!text) return undefined;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * SECOND : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
