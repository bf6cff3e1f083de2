import { setTimeout as delay } from 'node:timers/promises';
import { DAY, SECOND } from '@tokengrip/core/clock';
import type { Export, NewExport } from '@tokengrip/core/contract/exports';
import { formatPicoUsd } from '@tokengrip/core/cost/money';
import { partitionUpkeepJob } from '@tokengrip/core/queues/jobs';
import { sql } from 'kysely';
import { downloadPath } from './api.ts';
import { watchMemory } from './memory.ts';
import { csvReader, type FoundFile, jsonLinesReader } from './read-file.ts';
import { DROPPED_DAYS, RETENTION, type Scene } from './scene.ts';
import { addTo, differences, startOf, sumOf, type Totals, within } from './totals.ts';
import { exportPath } from './try-streams.ts';

const SLOW_MS = 5 * SECOND;
/** Detaching waits for statements that are under way, and for nothing else. */
const UPKEEP_WITHIN_MS = 60 * SECOND;

const csv = () => csvReader({ time: 'timestamp', cost: 'cost_usd', id: 'id' });

/** Has a file made by the worker, and fetches it. */
async function makeAndFetch(
  scene: Scene,
  wanted: Omit<NewExport, 'what'>,
  {
    reader,
    slowForMs = 0,
    isFirst = false,
  }: { reader: ReturnType<typeof csvReader>; slowForMs?: number; isFirst?: boolean },
  whileRunning?: (now: Export) => Promise<void>,
): Promise<{ made: Export; file: FoundFile }> {
  const { client, pids, sender } = scene;
  await client.logIn();
  sender.look();
  const before = sender.look().accepted;
  const working = watchMemory({ worker: pids.worker });
  const began = performance.now();
  const { id } = await client.beginExport(wanted);
  const made = await client.waitForExport(id, whileRunning);
  const madeMs = performance.now() - began;
  const workerReports = await working.stop();
  await client.logIn();
  const sending = watchMemory({ api: pids.api });
  const fetched = performance.now();
  const file = await client.read(downloadPath(made), reader, { slowForMs });
  const fetchedMs = performance.now() - fetched;
  const apiReports = await sending.stop();
  scene.say(
    `made as ${wanted.format}: ${made.rows} rows, ${Math.round(file.sizeBytes / 1e6)} MB, in ${Math.round(madeMs / 1_000)} s ` +
      `(${Math.round(made.rows / (madeMs / 1_000))} a second), fetched in ${Math.round(fetchedMs / 1_000)} s`,
  );
  scene.expect('a whole and valid file', file.fault === undefined ? [] : [file.fault]);
  const { costPicoUsd } = sumOf(file.totals.values());
  scene.expect('the page says of it what is in it', [
    ...(made.rows === file.rows ? [] : [`${made.rows} rows are said, ${file.rows} are there`]),
    ...(made.cost === formatPicoUsd(costPicoUsd)
      ? []
      : [`${made.cost} USD are said, ${formatPicoUsd(costPicoUsd)} are there`]),
    ...(made.sizeBytes === file.sizeBytes ? [] : [`${made.sizeBytes} bytes are said, ${file.sizeBytes} are there`]),
  ]);
  scene.expectFlat('making it', workerReports, isFirst);
  scene.expectFlat('sending it', apiReports);
  const live = sender.look();
  scene.expect(
    `the ingest took ${live.accepted - before} records meanwhile, the longest request ${Math.round(live.longestMs)} ms`,
    live.accepted > before ? [] : ['it took none'],
  );
  return { made, file };
}

/**
 * All records as CSV. While the first of them are written, and somebody has begun to read them slowly from the api, a shorter
 * retention lets the oldest days go.
 */
export async function exportAll(scene: Scene): Promise<void> {
  const { client, stableFrom, stableTo } = scene;
  const from = new Date(stableTo.getTime() - (RETENTION.before + 2) * DAY);
  const to = new Date(stableTo.getTime() + DAY);
  const leaving = within(scene.totals, from, stableFrom);
  const oldest = startOf([...leaving.keys()][0] ?? '');
  const slow = client.read(exportPath('csv', { from: oldest, to: new Date(oldest.getTime() + DAY / 4) }), csv(), {
    slowForMs: 3 * SECOND,
  });
  let upkeep: Promise<number> | undefined;
  const { file } = await makeAndFetch(
    scene,
    { format: 'csv', filter: { from: from.toISOString(), to: to.toISOString() } },
    { reader: csv(), slowForMs: SLOW_MS },
    async ({ rows }) => {
      if (rows > 0) upkeep ??= dropOldDays(scene);
    },
  );
  const tookMs = await (upkeep ?? dropOldDays(scene));
  scene.expect(`${DROPPED_DAYS} days were dropped in ${(tookMs / 1_000).toFixed(1)} s`, [
    ...(tookMs < UPKEEP_WITHIN_MS ? [] : ['they waited for the export']),
  ]);
  scene.expect(
    'records and costs of the days that stay are those of the database, hour by hour',
    differences(within(file.totals, stableFrom, stableTo), within(scene.totals, stableFrom, stableTo)),
  );
  scene.expect('of the days that were dropped there is nothing that was not there', tooMuch(file.totals, leaving));
  const slowFile = await slow;
  scene.expect('a streamed file of a day that was dropped meanwhile is valid', [
    ...(slowFile.fault === undefined ? [] : [slowFile.fault]),
    ...tooMuch(slowFile.totals, leaving),
  ]);
}

/** A page that was read before its day was dropped is in the file, the others are not: never more than there were. */
function tooMuch(found: Totals, leaving: Totals): string[] {
  return [...found]
    .filter(([hour]) => leaving.has(hour))
    .filter(([hour, { records, costPicoUsd }]) => {
      const most = leaving.get(hour);
      return !most || records > most.records || costPicoUsd > most.costPicoUsd;
    })
    .map(([hour, { records }]) => `${hour}: ${records} records, and there were ${leaving.get(hour)?.records}`);
}

/** As a person and the schedule do it. @returns how long it took until the days were gone */
async function dropOldDays({ client, jobs, owner, stableTo }: Scene): Promise<number> {
  const began = performance.now();
  await client.send('PUT', '/organization/retention', { retentionDays: RETENTION.after, confirmed: true });
  await jobs.send(partitionUpkeepJob, {}, 'load-upkeep');
  const kept = new Date(stableTo.getTime() - RETENTION.after * DAY).toISOString().slice(0, 10);
  for (;;) {
    const { rows } = await sql`select from usage_partition_days() where day < ${kept}::date`.execute(owner);
    if (rows.length === 0 || performance.now() - began > 2 * UPKEEP_WITHIN_MS) return performance.now() - began;
    await delay(100);
  }
}

/** Where the last days begin that have so many records together, or all days. */
function lastDaysWith({ totals, stableFrom, stableTo }: Scene, records: number): Date {
  let from = new Date(stableTo.getTime() - DAY);
  while (from > stableFrom && sumOf(within(totals, from, stableTo).values()).records < records) {
    from = new Date(from.getTime() - DAY);
  }
  return from;
}

/** JSON lines of the last days, which are as wide as rows can be. */
export async function exportJson(scene: Scene): Promise<void> {
  const from = lastDaysWith(scene, 150_000);
  const filter = { from: from.toISOString(), to: scene.stableTo.toISOString() };
  const { file } = await makeAndFetch(scene, { format: 'jsonl', filter }, { reader: jsonLinesReader(), isFirst: true });
  scene.expect(
    'records and costs are those of the database, hour by hour',
    differences(file.totals, within(scene.totals, from, scene.stableTo)),
  );
}

/** Charges by day: the records behind a row are not counted in it, their costs are. */
export async function exportCharges(scene: Scene): Promise<void> {
  const { stableFrom, stableTo } = scene;
  const reader = csvReader({ time: 'ChargePeriodStart', cost: 'BilledCost' });
  const filter = { from: stableFrom.toISOString(), to: stableTo.toISOString() };
  const { file } = await makeAndFetch(scene, { format: 'focus', filter }, { reader });
  const byDay = (totals: Totals): Totals => {
    const days: Totals = new Map();
    for (const [hour, { costPicoUsd }] of totals) addTo(days, hour.slice(0, 10), 0, costPicoUsd);
    return days;
  };
  scene.expect(
    'costs are those of the records, day by day',
    differences(byDay(file.totals), byDay(within(scene.totals, stableFrom, stableTo))),
  );
}

/** A part of a file that is gone breaks the connection off: what was read never looks like all of it. */
export async function exportAndDelete(scene: Scene): Promise<void> {
  const { client, stableTo } = scene;
  await client.logIn();
  const filter = { from: lastDaysWith(scene, 150_000).toISOString(), to: stableTo.toISOString() };
  const { id } = await client.beginExport({ format: 'csv', filter });
  const made = await client.waitForExport(id);
  const reader = csv();
  let isDeleted = false;
  const reading = client
    .read(
      downloadPath(made),
      {
        take(piece) {
          reader.take(piece);
          if (!isDeleted) void client.send('DELETE', `/exports/${id}`);
          isDeleted = true;
        },
        end: () => reader.end(),
      },
      { slowForMs: 2 * SECOND },
    )
    .then(
      ({ rows }) => [`${rows} rows came, as if that were all`],
      () => [],
    );
  scene.say(`deleted while it is read: ${made.rows} rows`);
  scene.expect('the connection is broken off', await reading);
}
