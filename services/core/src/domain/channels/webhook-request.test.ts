import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertMessage } from './alert-message.ts';
import { webhookRequest } from './webhook-request.ts';

const run = promisify(execFile);

const NOW = new Date('2026-08-03T12:00:00.500Z');

const message: AlertMessage = {
  id: '0198c0de-0000-7000-8000-000000000001',
  event: 'raised',
  incidentId: '0198c0de-0000-7000-8000-000000000001',
  sentAt: NOW,
  organization: { id: 1, name: 'Acme' },
  alert: {
    id: 7,
    kind: 'spend_anomaly',
    severity: 'warning',
    title: 'Spend is 3 times the usual – “naïve” €',
    text: ['A sentence.'],
    facts: [],
    drivers: [],
    occurredAt: NOW,
    acknowledgedAt: null,
    resolvedAt: null,
    url: null,
    recordsUrl: null,
  },
};

/** What README.md shows, as somebody would copy it. */
async function snippet(language: 'js' | 'python'): Promise<string> {
  const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');
  const [, code] = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(readme) ?? [];
  if (code === undefined) throw new Error(`README.md shows nothing for ${language}`);
  return code;
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tokengrip-signature-'));
  await writeFile(join(directory, 'verify.mjs'), await snippet('js'));
  await writeFile(join(directory, 'verify.py'), await snippet('python'));
});
afterAll(() => rm(directory, { recursive: true }));

type Case = [name: string, secret: string, header: string, body: string, now: number, ok: boolean];

const signed = (...secrets: string[]) => {
  const { headers, body } = webhookRequest(message, secrets);
  return { header: headers['x-tokengrip-signature'] ?? '', body };
};
const one = signed('tgwh_one');
const both = signed('tgwh_two', 'tgwh_one');
const now = NOW.getTime();

const CASES: Case[] = [
  ['what was sent', 'tgwh_one', one.header, one.body, now, true],
  ['the old secret during a change', 'tgwh_one', both.header, both.body, now, true],
  ['the new secret during a change', 'tgwh_two', both.header, both.body, now, true],
  ['another secret', 'tgwh_three', both.header, both.body, now, false],
  ['another body', 'tgwh_one', one.header, one.body.replace('Acme', 'Evil'), now, false],
  ['another time in the header', 'tgwh_one', one.header.replace(/t=\d+/, 't=1785758401'), one.body, now, false],
  ['a copy of ten minutes ago', 'tgwh_one', one.header, one.body, now + 600_000, false],
  ['nothing at all', 'tgwh_one', '', one.body, now, false],
];

describe('the signature of a webhook, by the snippets that README.md shows', () => {
  it.each(CASES)('Node: %s', async (_name, secret, header, body, at, ok) => {
    const { isFromTokengrip } = await import(/* @vite-ignore */ pathToFileURL(join(directory, 'verify.mjs')).href);
    expect(isFromTokengrip(secret, header, body, at)).toBe(ok);
    expect(isFromTokengrip(secret, header, Buffer.from(body), at)).toBe(ok);
  });

  it('Python: the same', async (context) => {
    const python = await run('python3', ['--version']).catch(() => undefined);
    if (!python) return context.skip('there is no Python here');
    const cases = JSON.stringify(CASES.map(([, secret, header, body, at]) => [secret, header, body, at / 1_000]));
    const program = `import json, sys; from verify import is_from_tokengrip
print(json.dumps([is_from_tokengrip(s, h, b.encode(), n) for s, h, b, n in json.loads(sys.argv[1])]))`;
    const { stdout } = await run('python3', ['-c', program, cases], { cwd: directory });
    expect(JSON.parse(stdout)).toEqual(CASES.map(([, , , , , ok]) => ok));
  });
});
