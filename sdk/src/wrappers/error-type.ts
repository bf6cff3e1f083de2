import { at } from './json.ts';

const IDENTIFIER = /^[\w.:-]{1,100}$/;

/**
 * A name by which errors can be counted: the provider's own code or type (`rate_limit_exceeded`, `overloaded_error`),
 * else the class of the client (`APIConnectionTimeoutError`). Messages are never used: they quote requests.
 */
export function errorType(error: unknown): string {
  const candidates = [at(error, 'code'), at(error, 'type'), at(error, 'error', 'error', 'type')];
  const told = candidates.find((value) => typeof value === 'string' && IDENTIFIER.test(value));
  if (typeof told === 'string') return told;
  const name = className(error);
  return name !== undefined && IDENTIFIER.test(name) ? name : 'error';
}

function className(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name } = error.constructor;
  return name === 'Error' || name === 'DOMException' ? error.name : name;
}
