import { readFile } from 'node:fs/promises';

const EVERY_MS = 250;

export interface MemoryReport {
  startKb: number;
  peakKb: number;
  /** Of the first and of the last fifth of the time. */
  firstKb: number;
  lastKb: number;
}

/** Watches how much memory processes hold, until it is told to stop. */
export function watchMemory(pids: Readonly<Record<string, number>>): { stop(): Promise<Map<string, MemoryReport>> } {
  const samples = new Map<string, number[]>(Object.keys(pids).map((name) => [name, []]));
  const take = async () => {
    for (const [name, pid] of Object.entries(pids)) samples.get(name)?.push(await residentKb(pid));
  };
  let taking = take();
  const timer = setInterval(() => {
    taking = taking.then(take);
    taking.catch(() => {});
  }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await taking;
      await take();
      return new Map([...samples].map(([name, taken]) => [name, summarize(taken)]));
    },
  };
}

function summarize(samples: readonly number[]): MemoryReport {
  const fifth = Math.max(1, Math.floor(samples.length / 5));
  return {
    startKb: samples[0] ?? 0,
    peakKb: Math.max(...samples),
    firstKb: Math.max(...samples.slice(0, fifth)),
    lastKb: Math.max(...samples.slice(-fifth)),
  };
}

async function residentKb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
}
