import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLog } from './log.ts';

function capture(): { lines: string[]; destination: Writable } {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, destination };
}

it('writes neither secrets nor content, wherever they stand', () => {
  const { lines, destination } = capture();
  const log = createLog({ service: 'test', level: 'info', destination });
  log.info({ password: 'p1-hidden', user: { apiKey: 'p2-hidden', a: { prompt: 'p3-hidden' } } }, 'hello');
  log.info({ headers: { authorization: 'p4-hidden', cookie: 'p5-hidden', 'x-api-key': 'p6-hidden' } }, 'hello');
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('-hidden');
});

it('leaves out of a database error what may quote rows', () => {
  const { lines, destination } = capture();
  const error = Object.assign(new Error('violates a constraint'), {
    code: '23514',
    detail: 'Failing row contains (secret).',
  });
  createLog({ service: 'test', level: 'info', destination }).error({ err: error }, 'failed');
  expect(lines[0]).toContain('23514');
  expect(lines[0]).not.toContain('secret');
});
