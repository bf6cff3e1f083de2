// One part of the savings bench in a process of its own, so that the most memory it took is its own.
import { DAY, systemClock } from '@tokengrip/core/clock';
import { connectDatabase } from '@tokengrip/core/db/connection';
import { inSnapshot } from '@tokengrip/core/db/scope';
import { buildDocument } from '@tokengrip/core/domain/analysis/build-document';
import { findSavings } from '@tokengrip/core/domain/savings/find-savings';
import { testContext } from '@tokengrip/core/testing/context';
import { timed } from './report.ts';

export interface Measured {
  ms: number;
  startBytes: number;
  peakBytes: number;
  found: string;
}

const [part = '', id = ''] = process.argv.slice(2);
const organizationId = Number(id);
const db = connectDatabase({ url: process.env.DATABASE_URL ?? '', poolSize: 5, applicationName: `bench-${part}` });
const ctx = testContext(db, systemClock);

// What starting took is there for everybody; how much comes on top while it runs is looked at often.
let peakBytes = process.memoryUsage.rss();
const startBytes = peakBytes;
const watch = setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, 20);
const { ms, result } = await timed(run);
clearInterval(watch);
process.send?.({ ms, startBytes, peakBytes, found: result } satisfies Measured);
await db.destroy();
process.disconnect();

async function run(): Promise<string> {
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
