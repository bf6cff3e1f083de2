/**
 * Measures the longest turn of this thread's event loop, in milliseconds of the processor: a machine that has other things
 * to do makes no turn longer, as it does by the clock, and work that is done in the loop does.
 */
export function watchTurns(): { stop(): number } {
  let longestMicros = 0;
  let isStopped = false;
  let last = process.threadCpuUsage();
  const look = () => {
    const { user, system } = process.threadCpuUsage(last);
    longestMicros = Math.max(longestMicros, user + system);
    if (isStopped) return;
    last = process.threadCpuUsage();
    setImmediate(look);
  };
  setImmediate(look);
  return {
    /** The turn that runs counts, too. */
    stop() {
      isStopped = true;
      look();
      return longestMicros / 1_000;
    },
  };
}
