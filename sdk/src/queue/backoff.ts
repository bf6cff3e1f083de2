const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/**
 * The wait before the next attempt: exponential with full jitter, so that many hosts that lost the server at the same
 * moment do not come back at the same moment.
 *
 * @param failures attempts that failed so far, at least 1
 * @param random 0 (inclusive) to 1 (exclusive)
 */
export function backoffMs(failures: number, random: number): number {
  return Math.round(random * Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS));
}
