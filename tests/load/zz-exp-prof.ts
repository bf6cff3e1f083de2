import { DAY, systemClock } from '@tokengrip/core/clock';
import { createPartitions } from '@tokengrip/core/db/partitions';
import { connectDatabase } from '@tokengrip/core/db/connection';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { runExport } from '@tokengrip/core/domain/exports/run-export';
import { recordPages } from '@tokengrip/core/domain/exports/record-pages';
import { silentLog } from '@tokengrip/core/testing/context';
import { createTestDatabase, prepareTemplate } from '@tokengrip/core/testing/postgres';
import { sql } from 'kysely';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { fillDays } from './exports/fill.ts';
const zip = promisify(gzip);
await prepareTemplate();
const d = await createTestDatabase();
try {
  const { owner } = d;
  await loadPriceSnapshot(owner, silentLog);
  await sql`insert into organizations (id, name) values (1, 'L'); insert into projects (id, organization_id, name) values (1, 1, 'L')`.execute(owner);
  const key = await createApiKey(owner, 1, { projectId: 1, name: 'l' });
  const today = Math.floor(Date.now() / DAY) * DAY;
  const days = Array.from({ length: 25 }, (_, i) => new Date(today - (i + 1) * DAY));
  for (let i = 26; i < 96; i++) { const x = new Date(today - i * DAY); await createPartitions(owner, { from: x, to: x }); }
  let b = performance.now();
  await fillDays(d, { organizationId: 1, projectId: 1, keyId: key.key.id }, days, Number(process.env.EACH ?? 2400));
  await sql`analyze`.execute(owner);
  console.log('filled', performance.now() - b);
  const db = d.as('worker');
  const ctx = { db, log: silentLog, clock: systemClock };
  const filter = { projectIds: [1], period: { from: new Date(today - 90 * DAY), to: new Date(today + DAY) }, duplicates: 'exclude', receivedUntil: new Date() };
  for (const format of ['csv', 'csv', 'jsonl']) {
    const source = recordPages(ctx, { organizationId: 1, filter, format, byteOrderMark: false, projects: new Map([[1, 'L']]) } as never);
    let [read, text, gz, rows, bytes, zb] = [0, 0, 0, 0, 0, 0];
    let place = null;
    const cpu0 = process.cpuUsage();
    for (;;) {
      let t = performance.now();
      const page = await source.readPage(place);
      read += performance.now() - t; t = performance.now();
      const s = source.file.rows(page.rows, rows === 0);
      text += performance.now() - t; t = performance.now();
      const z = await zip(s, { level: Number(process.env.LEVEL ?? 6) });
      gz += performance.now() - t;
      rows += page.rows.length; bytes += s.length; zb += z.length;
      place = page.next;
      if (!place) break;
    }
    const cpu = process.cpuUsage(cpu0);
    const us = (ms) => (ms / rows * 1e3).toFixed(1);
    console.log(format, rows, 'rows; us/row: read', us(read), 'text', us(text), 'gzip', us(gz), 'cpu', us((cpu.user + cpu.system) / 1e3), 'B/row', (bytes / rows).toFixed(0), 'z', (zb / rows).toFixed(0));
  }
  if (process.env.EXPLAIN) {
    const { rows } = await sql.raw(`explain (analyze, buffers, summary) ${process.env.EXPLAIN}`).execute(owner);
    for (const r of rows) console.log(r['QUERY PLAN']);
  }
} finally { await d.drop(); }
