import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../report.ts';
import { describeSuite, lines, type Suite } from '../suite.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', '.env.example');

/** For `npm start` alone, and what Compose has to understand itself. */
const ELSEWHERE: ReadonlySet<string> = new Set(['HOST', 'PORT', 'TOKENGRIP_PORT', 'POSTGRES_MEMORY']);

/** Who is told what not everybody shall know, or alone has a use for it. */
const TOLD: Record<string, string[]> = {
  ANTHROPIC_API_KEY: ['worker'],
  ANTHROPIC_API_KEY_FILE: ['worker'],
  ANTHROPIC_BASE_URL: ['worker'],
  ANALYSIS_MODEL: ['worker'],
  ANALYSIS_DAILY_LIMIT: ['worker'],
  WEBHOOK_ALLOWED_HOSTS: ['worker'],
  PAGERDUTY_URL: ['worker'],
  OPENID_ISSUER: ['api'],
  OPENID_CLIENT_SECRET: ['api'],
  OPENID_CLIENT_SECRET_FILE: ['api'],
  AIR_GAPPED: ['api', 'worker'],
  SMTP_URL: ['api', 'worker'],
};

/** That what an operator sets arrives where it is used, and what it needs is in the images. */
export async function checkSettings(suite: Suite, report: Report): Promise<void> {
  await report.check(
    'every setting of .env.example reaches the services, and secrets only who needs them',
    async () => {
      const example = await readFile(EXAMPLE, 'utf8');
      const names = [...example.matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].flatMap(([, name = '']) =>
        ELSEWHERE.has(name) ? [] : [name],
      );
      const settings = Object.fromEntries([...names, ...Object.keys(TOLD)].map((name) => [name, `given-${name}-`]));
      const { compose } = await describeSuite(suite.project, { settings });
      const { services } = JSON.parse((await compose('config', '--format', 'json')).stdout) as {
        services: Record<string, { environment?: Record<string, string | null> }>;
      };
      const text = JSON.stringify(services);
      for (const name of names) assert.ok(text.includes(`given-${name}-`), `${name} reaches nobody`);
      for (const [name, expected] of Object.entries(TOLD)) {
        const told = Object.entries(services).filter(([, { environment }]) => environment?.[name] === settings[name]);
        assert.deepEqual([name, told.map(([service]) => service).sort()], [name, expected]);
      }
      return `${names.length} settings`;
    },
  );

  await report.check('a key for Claude in a file is read by the worker, whose image has what asks', async () => {
    const state = () => suite.query('select state from analysis_service');
    assert.deepEqual(await state(), ['no_key']);
    // The last line of a start: a worker that cannot load what it needs ends before it.
    const script = `echo sk-ant-of-nobody-0123456789 >/tmp/key
      node main.mjs >/tmp/log & until grep 'worker works' /tmp/log || ! kill -0 $!; do sleep 0.2; done; kill $!`;
    const { stdout } = await suite.compose(
      ...['run', '--rm', '--no-deps', '--env', 'ANTHROPIC_API_KEY_FILE=/tmp/key'],
      ...['--entrypoint', 'bash', 'worker', '-c', script],
    );
    assert.match(stdout, /"worker works"/);
    assert.deepEqual(await state(), ['ready']);
    return undefined;
  });

  await report.check('single sign-on is in the api’s image, and says when its provider is away', async () => {
    const ask = `
      const ask = () => fetch('http://127.0.0.1:8002/api/v1/auth/openid/start',
        { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
      for (let tries = 0; ; tries += 1) {
        const response = await ask().catch(() => undefined);
        if (response) { console.log(JSON.stringify({ status: response.status, ...(await response.json()) })); break; }
        if (tries === 100) throw new Error('the api does not answer');
        await new Promise((again) => setTimeout(again, 100));
      }`;
    const { stdout } = await suite.compose(
      ...['run', '--rm', '--no-deps', '--env', 'OPENID_ISSUER=https://localhost:9', '--env', 'OPENID_CLIENT_ID=smoke'],
      ...['--env', 'PUBLIC_URL=https://tokengrip.example', '--entrypoint', 'bash', 'api', '-c'],
      'node main.mjs >/dev/null & node --input-type=module --eval "$0"; kill %1',
      ask,
    );
    const problem = JSON.parse(lines(stdout).at(-1) ?? '') as { status: number; code: string; detail: string };
    assert.deepEqual([problem.status, problem.code], [503, 'unavailable']);
    return problem.detail;
  });
}
