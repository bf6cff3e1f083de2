import type { BudgetListener } from '../budget/gate.ts';
import type { EnvironmentDefaults } from './environment.ts';
import type { WarningListener, Warnings } from './warnings.ts';

export interface TokengripOptions {
  /** A project's key. Default: `TOKENGRIP_API_KEY`. Without one nothing is recorded, after one warning. */
  apiKey?: string | undefined;
  /** Where Tokengrip runs, `https://tokengrip.example.com`. Default: `TOKENGRIP_URL`. */
  baseUrl?: string | undefined;
  /** `false` switches everything off without a warning, for tests. */
  enabled?: boolean | undefined;

  /** Attribution of every call that says nothing else. */
  environment?: string | undefined;
  feature?: string | undefined;
  tags?: Record<string, string> | undefined;

  /** Sends at most 500 characters each of prompt and response. Off by default: then no text leaves the process. */
  captureContent?: boolean | undefined;
  /** Keyed hashes of request and prompt prefix, which find duplicates and cacheable prompts. On by default. */
  requestHashes?: boolean | undefined;

  /** How long a record may wait for others to travel with it. Default 500. */
  flushIntervalMs?: number | undefined;
  /** Records in one request, at most 5,000. Default 500. */
  maxBatchSize?: number | undefined;
  /** Records that wait while the server does not answer; further ones are dropped and counted. Default 10,000. */
  maxQueueSize?: number | undefined;
  /** Memory that they may take. Default 16 MiB. */
  maxQueueBytes?: number | undefined;
  /** After this an unanswered request counts as failed. Default 10,000. */
  timeoutMs?: number | undefined;
  /** How long the process may live on at its end to deliver what is left. Default 1,000; 0 for not at all. */
  exitTimeoutMs?: number | undefined;
  /** Sends with this instead of `node:http`. A request under way then keeps the process alive for up to `timeoutMs`. */
  fetch?: typeof globalThis.fetch | undefined;
  /**
   * Stops calls of wrapped clients whose budget is spent: they throw a `BudgetExceededError` before the provider is
   * called. Records are then sent at least every 250 ms. Off by default.
   */
  enforceBudgets?: boolean | undefined;
  /** Told when a budget of this key's project crosses a threshold, is spent, or is free again. */
  onBudget?: BudgetListener | undefined;
  /**
   * With `enforceBudgets`: how long a call may wait for the state of its budgets where it is not known, or for a
   * reservation. Then it passes. Default 500; 0 never waits.
   */
  budgetTimeoutMs?: number | undefined;
  /** Receives what would otherwise be printed with `console.warn`. */
  onWarning?: WarningListener | undefined;
}

/** Where and how records are sent. */
export interface DeliverySettings {
  apiKey: string;
  /** The address of `POST /v1/usage`. */
  endpoint: URL;
  flushIntervalMs: number;
  maxBatchSize: number;
  maxQueueSize: number;
  maxQueueBytes: number;
  timeoutMs: number;
  exitTimeoutMs: number;
  budgetTimeoutMs: number;
  fetch: typeof globalThis.fetch | undefined;
}

const NUMBERS = {
  flushIntervalMs: { default: 500, min: 0, max: 3_600_000 },
  maxBatchSize: { default: 500, min: 1, max: 5_000 },
  maxQueueSize: { default: 10_000, min: 1, max: 1_000_000 },
  maxQueueBytes: { default: 16 * 1024 * 1024, min: 64 * 1024, max: 1024 ** 3 },
  timeoutMs: { default: 10_000, min: 1, max: 600_000 },
  exitTimeoutMs: { default: 1_000, min: 0, max: 60_000 },
  budgetTimeoutMs: { default: 500, min: 0, max: 60_000 },
} as const;

/** What was spent must be known soon where it may stop the next call. */
const ENFORCING_FLUSH_MS = 250;

/** Printable ASCII: anything else cannot travel in a header. */
const USABLE_KEY = /^[\x21-\x7e]+$/;

/**
 * Settles the options. `undefined` if records cannot or shall not be sent; the reason is said once. A number that is
 * not usable is replaced by its default with a warning, because a host must not fail to start over it.
 */
export function settleDelivery(
  options: TokengripOptions,
  environment: EnvironmentDefaults,
  warnings: Warnings,
): DeliverySettings | undefined {
  if (options.enabled === false) return undefined;
  const apiKey = options.apiKey || environment.apiKey;
  const endpoint = usageEndpoint(options.baseUrl || environment.baseUrl);
  const problem = keyProblem(apiKey) ?? (typeof endpoint === 'string' ? endpoint : undefined);
  if (problem !== undefined || apiKey === undefined || typeof endpoint === 'string') {
    warnings.once('disabled', `Nothing is recorded: ${problem}`);
    return undefined;
  }
  const number = (name: keyof typeof NUMBERS) => settleNumber(name, options[name], warnings);
  return {
    apiKey,
    endpoint,
    flushIntervalMs: Math.min(
      number('flushIntervalMs'),
      options.enforceBudgets === true ? ENFORCING_FLUSH_MS : Infinity,
    ),
    maxBatchSize: number('maxBatchSize'),
    maxQueueSize: number('maxQueueSize'),
    maxQueueBytes: number('maxQueueBytes'),
    timeoutMs: number('timeoutMs'),
    exitTimeoutMs: number('exitTimeoutMs'),
    budgetTimeoutMs: number('budgetTimeoutMs'),
    fetch: options.fetch,
  };
}

function keyProblem(apiKey: unknown): string | undefined {
  if (apiKey === undefined) return 'there is no API key. Pass apiKey or set TOKENGRIP_API_KEY.';
  if (typeof apiKey !== 'string' || !USABLE_KEY.test(apiKey)) return 'the API key has characters that no key has.';
  return undefined;
}

/** The endpoint below the base address, or what is wrong with the address. */
function usageEndpoint(baseUrl: unknown): URL | string {
  if (baseUrl === undefined) return 'there is no address. Pass baseUrl or set TOKENGRIP_URL.';
  try {
    const url = new URL(String(baseUrl));
    if (url.protocol === 'http:' || url.protocol === 'https:') {
      url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/usage`;
      url.search = '';
      url.hash = '';
      return url;
    }
  } catch {
    // Answered below, as any other unusable address.
  }
  return 'baseUrl is not an http or https address.';
}

function settleNumber(name: keyof typeof NUMBERS, value: unknown, warnings: Warnings): number {
  const { default: fallback, min, max } = NUMBERS[name];
  if (value === undefined) return fallback;
  if (typeof value === 'number' && value >= min && value <= max) return Math.trunc(value);
  warnings.once('invalid_option', `${name} must be between ${min} and ${max}; ${fallback} is used.`, name);
  return fallback;
}
