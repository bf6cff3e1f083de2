import assert from 'node:assert/strict';
import type { Report } from '../report.ts';
import { lines, type Suite } from '../suite.ts';

/** That secrets stay where they are, and that bad ones are refused in words. */
export async function checkSecrecy(suite: Suite, report: Report, key: string): Promise<void> {
  await report.check('no secret stands in a log, an environment or a command line', async () => {
    const show = 'cd /secrets && for f in *_password *_secret; do cat "$f"; echo; done';
    const { stdout } = await suite.compose('run', '--rm', '--no-deps', '--entrypoint', 'sh', 'init', '-c', show);
    const secrets = [...new Set(lines(stdout))];
    assert.equal(secrets.length, 7);
    for (const secret of secrets) assert.match(secret, /^[0-9a-f]{64}$/);
    const logs = await suite.compose('logs', '--no-color');
    const ids = lines((await suite.compose('ps', '--all', '--quiet')).stdout);
    const seen = [
      logs.stdout,
      (await suite.docker('inspect', ...ids)).stdout,
      (await suite.compose('top')).stdout,
      (await suite.compose('config')).stdout,
    ].join('\n');
    for (const secret of [...secrets, key]) {
      assert.ok(!seen.includes(secret), `a secret that begins with ${secret.slice(0, 4)} can be seen`);
    }
    return `${lines(logs.stdout).length} lines of log`;
  });

  await report.check('a bad value in .env is refused with its name and what was expected', async () => {
    const run = (service: string, setting: string) =>
      suite.compose('run', '--rm', '--no-deps', '--env', setting, service).then(
        () => assert.fail(`${setting} was accepted`),
        (error: Error) => error.message,
      );
    assert.match(await run('init', 'SESSION_SECRET=changeme-changeme'), /SESSION_SECRET is a placeholder/);
    assert.match(await run('init', 'DB_API_PASSWORD=short'), /DB_API_PASSWORD must be a secret of at least 16/);
    assert.match(await run('ingest', 'LOG_LEVEL=loud'), /LOG_LEVEL must be one of .*, not "loud"/);
    assert.match(await run('api', 'COOKIE_SECURE=yes'), /COOKIE_SECURE must be true or false, not "yes"/);
    return undefined;
  });
}
