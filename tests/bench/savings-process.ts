// One part of the savings bench in a process of its own, so that the most memory it took is its own.
import { readFile } from 'node:fs/promises';
import { DAY, systemClock } from '@tokengrip/core/clock';
import { connectDatabase } from '@tokengrip/core/db/connection';
import { inSnapshot } from '@tokengrip/core/db/scope';
import { buildDocument } from '@tokengrip/core/domain/analysis/build-document';
import { findSavings } from '@tokengrip/core/domain/savings/find-savings';
import { testContext } from '@tokengrip/core/testing/context';
import { timed } from './report.ts';

export interface Measured {
  ms: number;
  peakBytes: number;
  found: string;
}

const [part = '', id = ''] = process.argv.slice(2);
const organizationId = Number(id);
const db = connectDatabase({ url: process.env.DATABASE_URL ?? '', poolSize: 5, applicationName: `bench-${part}` });
const ctx = testContext(db, systemClock);

const { ms, result } = await timed(run);
process.send?.({ ms, peakBytes: await peakBytes(), found: result } satisfies Measured);
await db.destroy();
process.disconnect();

/** Linux counts what the parent had before this process became another one into `maxRSS`, but not into this. */
async function peakBytes(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1_024;
}

async function run(): Promise<string> {
  if (part === 'idle') return 'what it takes to be there';
  if (part === 'rules' || part === 'again') {
    const { found, gone } = await findSavings(ctx, organizationId);
    return `${found} found, ${gone} gone`;
  }
  const now = ctx.clock.now();
  const subject = {
    organization: { id: organizationId, timeZone: 'Europe/Berlin' },
    from: new Date(now.getTime() - 30 * DAY),
    to: now,
    projectIds: [organizationId],
  };
  const options = { includeSamples: part === 'samples', leaveOut: new Set<string>(), now };
  const { text, samples } = await inSnapshot(ctx, { organizationId }, (tx) => buildDocument(tx, subject, options));
  return `${text.length.toLocaleString('en')} characters, ${samples.length} samples`;
}
