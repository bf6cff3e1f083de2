import { HOUR, SECOND } from '@tokengrip/core/clock';
import { MAX_STREAMED_ROWS } from '@tokengrip/core/contract/exports';
import { watchMemory } from './memory.ts';
import { csvReader, type FoundFile, jsonLinesReader } from './read-file.ts';
import type { Scene } from './scene.ts';
import { addTo, differences, startOf, sumOf, type Totals, within } from './totals.ts';

interface Span {
  from: Date;
  to: Date;
  records: number;
}

const SLOW_MS = 10 * SECOND;

/** Runs of hours that one reply may hold, until there are enough. */
function spansOf(totals: Totals, atMost: number): Span[] {
  const spans: Span[] = [];
  let sum = 0;
  for (const [hour, { records }] of totals) {
    const from = startOf(hour);
    if (sum + records > atMost) break;
    sum += records;
    const last = spans.at(-1);
    if (last && last.records + records <= MAX_STREAMED_ROWS) {
      last.records += records;
      last.to = new Date(from.getTime() + HOUR);
    } else {
      spans.push({ from, to: new Date(from.getTime() + HOUR), records });
    }
  }
  return spans;
}

export const exportPath = (format: string, { from, to }: { from: Date; to: Date }) =>
  `/records/export?format=${format}&from=${from.toISOString()}&to=${to.toISOString()}`;

/** The streamed export, as often as it takes, the first of them to somebody who reads slowly at first. */
export async function streamSpans(scene: Scene, format: 'csv' | 'jsonl', atMost: number): Promise<void> {
  const { client, pids, sender } = scene;
  await client.logIn();
  const spans = spansOf(within(scene.totals, scene.stableFrom, scene.stableTo), atMost);
  sender.look();
  const before = sender.look().accepted;
  const memory = watchMemory({ api: pids.api });
  const found: Totals = new Map();
  const faults: string[] = [];
  const began = performance.now();
  let [sizeBytes, slowMs] = [0, 0];
  for (const [i, span] of spans.entries()) {
    const reader = format === 'csv' ? csvReader({ time: 'timestamp', cost: 'cost_usd', id: 'id' }) : jsonLinesReader();
    const spanBegan = performance.now();
    const file: FoundFile = await client.read(exportPath(format, span), reader, { slowForMs: i === 0 ? SLOW_MS : 0 });
    if (i === 0) slowMs = performance.now() - spanBegan;
    sizeBytes += file.sizeBytes;
    if (file.fault !== undefined) faults.push(`${span.from.toISOString()}: ${file.fault}`);
    for (const [hour, { records, costPicoUsd }] of file.totals) addTo(found, hour, records, costPicoUsd);
  }
  const tookMs = performance.now() - began;
  const reports = await memory.stop();
  const { records } = sumOf(found.values());
  const fast = (records - (spans[0]?.records ?? 0)) / ((tookMs - slowMs) / 1_000);
  scene.say(
    `streamed as ${format}: ${records} records in ${spans.length} files of ${Math.round(sizeBytes / 1e6)} MB in all, ` +
      `${spans.length > 1 ? `${Math.round(fast)} a second` : 'to a slow reader'}`,
  );
  const expected = new Map(spans.flatMap((span) => [...within(scene.totals, span.from, span.to)]));
  scene.expect('whole and valid files', faults);
  scene.expect('records and costs are those of the database, hour by hour', differences(found, expected));
  scene.expectFlat(`streaming ${format}`, reports, format === 'csv');
  const live = sender.look();
  scene.expect(
    `the ingest took ${live.accepted - before} records meanwhile, the longest request ${Math.round(live.longestMs)} ms`,
    live.accepted > before ? [] : ['it took none'],
  );
}

/** JSON is one array: it is whole only where it can be parsed. */
export async function streamWholeJson(scene: Scene): Promise<void> {
  const [span] = spansOf(within(scene.totals, scene.stableFrom, scene.stableTo), MAX_STREAMED_ROWS);
  if (!span) return;
  const pieces: Buffer[] = [];
  const lines = jsonLinesReader();
  await scene.client.read(exportPath('json', span), {
    take: (piece) => void pieces.push(piece),
    end: () => lines.end(),
  });
  const records = JSON.parse(Buffer.concat(pieces).toString('utf8')) as object[];
  lines.take(Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join('')));
  scene.say(`streamed as json: ${records.length} records`);
  const expected = within(scene.totals, span.from, span.to);
  scene.expect('one array that says what the database says', differences(lines.end().totals, expected));
}
