import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NODE_SNIPPET } from './snippets.ts';

const SECRET = 'whsec_test';
const BODY = '{"title":"Budget “Chat” has reached 80 %"}';
const SENT = 1_754_222_400;

const sign = (secret: string, body = BODY) => createHmac('sha256', secret).update(`${SENT}.${body}`).digest('hex');

describe('the snippet for Node', async () => {
  const module = await import(`data:text/javascript;base64,${Buffer.from(NODE_SNIPPET).toString('base64')}`);
  const verify = module.isFromTokengrip as (secret: string, header: string, body: string, now: number) => boolean;
  const at = (seconds: number) => (SENT + seconds) * 1_000;

  it('accepts what the secret signed, also beside a signature by the secret before', () => {
    expect(verify(SECRET, `t=${SENT},v1=${sign(SECRET)}`, BODY, at(0))).toBe(true);
    expect(verify(SECRET, `t=${SENT},v1=${sign('old')},v1=${sign(SECRET)}`, BODY, at(0))).toBe(true);
  });

  it('refuses another body, another secret, and what is older than five minutes', () => {
    expect(verify(SECRET, `t=${SENT},v1=${sign(SECRET)}`, `${BODY} `, at(0))).toBe(false);
    expect(verify(SECRET, `t=${SENT},v1=${sign('other')}`, BODY, at(0))).toBe(false);
    expect(verify(SECRET, `t=${SENT},v1=${sign(SECRET)}`, BODY, at(301))).toBe(false);
  });
});
