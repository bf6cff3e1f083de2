/** Whether a statement failed because a row with the same key exists. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  const { code, constraint: violated } = error as { code?: string; constraint?: string };
  return code === '23505' && violated === constraint;
}

/** SQLSTATEs of a transaction that lost against another one: the same work succeeds when it is begun again. */
const CONFLICTS = new Set(['40001', '40P01', '23505']);

/** Whether a transaction with one snapshot failed because another has changed the same rows. */
export const isConflict = (error: unknown): boolean => CONFLICTS.has((error as { code?: string }).code ?? '');
