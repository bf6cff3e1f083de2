import { DatabaseError } from 'pg';

/**
 * What a failed statement means for whoever sent it.
 * - `data`: a value in it cannot be stored; without that value it would have worked
 * - `again`: it lost against another transaction and works when it is tried again
 * - `away`: everything else: stopped, starting, out of reach, full, too slow, or our own mistake
 *
 * https://www.postgresql.org/docs/17/errcodes-appendix.html
 */
export function failureKind(error: unknown): 'data' | 'again' | 'away' {
  // A number that its column's binary form has no room for is found out before it is sent.
  if (error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE') return 'data';
  const code = error instanceof DatabaseError ? error.code : undefined;
  if (code === '40001' || code === '40P01') return 'again';
  // Data exception, integrity constraint violation, program limit exceeded.
  return code !== undefined && /^(22|23|54)/.test(code) ? 'data' : 'away';
}
