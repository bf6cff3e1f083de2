/** What the end of a host's process looks like: programs of a few lines, run by Node itself from the sources. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IngestServer, startIngestServer } from './ingest-server.ts';

/** A package of the workspace that depends on the SDK by its name. */
const CONSUMER = fileURLToPath(new URL('../../tests', import.meta.url));
const NOBODY_LISTENS = 'http://127.0.0.1:9';

let ingest: IngestServer;
beforeEach(async () => {
  ingest = await startIngestServer();
});
afterEach(() => ingest.close());

interface Ended {
  code: number | null;
  out: string;
  /** Lines that the SDK printed. */
  warnings: string[];
  /** Everything else on the error output. */
  errors: string[];
  tookMs: number;
}

/** Runs a program with a client called `tokengrip`, and waits until it ends by itself. */
async function run(program: string, url = ingest.url, options = ''): Promise<Ended> {
  const source = `
    import { Tokengrip } from 'tokengrip';
    const tokengrip = new Tokengrip({ apiKey: 'k', baseUrl: '${url}', ${options} });
    const record = { source: 'normalized', provider: 'p', model: 'm', usage: { input: 1 } };
    console.log(performance.now());
    ${program}`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', source],
    {
      cwd: CONSUMER,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const exited = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await exited) as [number | null];
  const lines = err.split('\n').filter((line) => line !== '');
  const [started = '0', ...rest] = out.trimEnd().split('\n');
  return {
    code,
    out: rest.join('\n'),
    warnings: lines.filter((line) => line.startsWith('[tokengrip]')),
    errors: lines.filter((line) => !line.startsWith('[tokengrip]')),
    tookMs: Number(rest.at(-1)) - Number(started),
  };
}

/** Prints the time of the very end. */
const CLOCK = `process.on('exit', () => console.log(performance.now()));`;

describe('a program that ends', () => {
  it('delivers its last records without being asked, and ends by itself', async () => {
    const ended = await run(`${CLOCK} tokengrip.track(record); tokengrip.track(record);`);
    expect(ended).toMatchObject({ code: 0, warnings: [], errors: [] });
    expect(ended.tookMs).toBeLessThan(1_000);
    expect(ingest.records).toHaveLength(2);
  });

  it('is not held up by a client that has nothing to do, nor by an idle connection', async () => {
    expect(await run('')).toMatchObject({ code: 0, warnings: [], errors: [] });
    const ended = await run(`${CLOCK} tokengrip.track(record); await tokengrip.flush(); console.log('flushed');`);
    expect(ended).toMatchObject({ code: 0, warnings: [], errors: [] });
    expect(ended.out).toMatch(/^flushed/);
    expect(ended.tookMs).toBeLessThan(1_000);
  });

  it('keeps its exit code', async () => {
    expect(await run('tokengrip.track(record); process.exitCode = 3;')).toMatchObject({ code: 3 });
    expect(ingest.records).toHaveLength(1);
  });

  it('may flush and close at its top level', async () => {
    const ended = await run(`tokengrip.track(record); console.log(await tokengrip.flush(), await tokengrip.close());`);
    expect(ended).toMatchObject({ code: 0, out: 'true true', warnings: [], errors: [] });
  });

  it('delivers what its own last work records', async () => {
    await run(`
      let rounds = 0;
      process.on('beforeExit', () => { if (rounds++ < 2) setTimeout(() => tokengrip.track(record), 1); });
      tokengrip.track(record);`);
    expect(ingest.records).toHaveLength(3);
  });
});

describe('a program whose server is in trouble', () => {
  const WORK = `${CLOCK} for (let i = 0; i < 20; i++) tokengrip.track(record); console.log('worked');`;

  const troubles: [string, () => string][] = [
    ['is not there', () => NOBODY_LISTENS],
    ['does not answer', () => answering({ hang: true })],
    [
      'answers with a page of HTML',
      () => answering({ body: '<html></html>', headers: { 'content-type': 'text/html' } }),
    ],
    ['refuses the key', () => answering({ status: 401 })],
    ['fails', () => answering({ status: 500 })],
    ['asks for patience', () => answering({ status: 503, headers: { 'retry-after': '60' } })],
  ];
  const answering = (reply: Parameters<IngestServer['reply']>[0]) => {
    ingest.replyAlways(() => reply);
    return ingest.url;
  };

  it.each(troubles)('because it %s, notices nothing but one warning, and ends by itself', async (_, url) => {
    const ended = await run(WORK, url());
    expect(ended).toMatchObject({ code: 0, errors: [] });
    expect(ended.out).toMatch(/^worked/);
    expect(ended.warnings).toHaveLength(1);
    expect(ended.tookMs).toBeLessThan(2_500);
  });

  it('because it does not answer, may say how long it lives on for it', async () => {
    const ended = await run(WORK, answering({ hang: true }), 'exitTimeoutMs: 0');
    expect(ended).toMatchObject({ code: 0, errors: [] });
    expect(ended.warnings).toEqual([expect.stringContaining('20 records could not be delivered')]);
    expect(ended.tookMs).toBeLessThan(500);
  });

  it('goes on with its work meanwhile', async () => {
    const ended = await run(
      `for (let i = 0; i < 20; i++) {
        tokengrip.track(record);
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      console.log('worked', tokengrip.stats.queued);`,
      NOBODY_LISTENS,
      'flushIntervalMs: 10',
    );
    expect(ended).toMatchObject({ code: 0, out: 'worked 20', errors: [] });
    expect(ended.warnings).toHaveLength(1);
  });
});

it('many clients in one process are no leak of listeners', async () => {
  const ended = await run(`
    for (let i = 0; i < 30; i++) {
      const client = new Tokengrip({ apiKey: 'k', baseUrl: '${ingest.url}' });
      client.track(record);
      await client.close();
    }
    const open = Array.from({ length: 30 }, () => new Tokengrip({ apiKey: 'k', baseUrl: '${ingest.url}' }));
    for (const client of open) client.track(record);
    console.log(process.listenerCount('beforeExit'));`);
  expect(ended).toMatchObject({ code: 0, out: '1', warnings: [], errors: [] });
  expect(ingest.records).toHaveLength(60);
});
