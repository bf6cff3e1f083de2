/**
 * Which transactions a reading of the database has seen, from Postgres' own account of it, `xmin:xmax:xip,…`.
 * https://www.postgresql.org/docs/17/functions-info.html#FUNCTIONS-PG-SNAPSHOT-PARTS
 * @returns whether a transaction that was committed is in it
 */
export function readSnapshot(text: string): (xid: bigint) => boolean {
  const [xmin = '0', xmax = '0', running = ''] = text.split(':');
  const [first, next] = [BigInt(xmin), BigInt(xmax)];
  const inProgress = new Set(running === '' ? [] : running.split(',').map(BigInt));
  return (xid) => xid < first || (xid < next && !inProgress.has(xid));
}
