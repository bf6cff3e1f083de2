/**
 * Resolves when this process is asked to stop: by Ctrl-C, by a signal, or by the end of the process that started it with a
 * channel. The same request may come twice, from the terminal and from the parent, and is one.
 * @returns the signal, or "disconnect"
 */
export function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
    process.on('disconnect', () => resolve('disconnect'));
    process.channel?.unref();
  });
}
