import { describe, expect, it } from 'vitest';
import { CHAT, MESSAGE, newAnthropic, newOpenAI, useFixture } from '../../testing/fixture.ts';
import { wrapAnthropic } from './anthropic.ts';
import { wrapOpenAI } from './openai.ts';

const fixture = useFixture();

/** Everything that went to the provider: neither a header nor the body may tell who asked. */
const sentToProvider = () => JSON.stringify([fixture.openai.requests, fixture.anthropic.requests]);

describe('attribution', () => {
  it('comes from the client, the wrapper, the context and the call, the nearer one winning', async () => {
    const tokengrip = fixture.connect({ environment: 'test', feature: 'client', tags: { team: 'core', a: '1' } });
    const client = wrapOpenAI(newOpenAI(fixture.openai), tokengrip, {
      feature: 'wrapper',
      user: 'wrapper',
      customer: 'w',
    });
    await tokengrip.withContext({ user: 'context', session: 's1', tags: { a: '2' } }, async () => {
      await client.chat.completions.create(
        CHAT,
        tokengrip.attribute({ user: 'call', interactive: false, traceId: 't' }),
      );
    });
    expect(await fixture.record()).toMatchObject({
      environment: 'test',
      feature: 'wrapper',
      customer: 'w',
      session: 's1',
      user: 'call',
      tags: { team: 'core', a: '2' },
      interactive: false,
      traceId: 't',
    });
  });

  it('never reaches the provider', async () => {
    const { tokengrip } = fixture;
    const openai = wrapOpenAI(newOpenAI(fixture.openai), tokengrip, { feature: 'secret-feature' });
    const anthropic = wrapAnthropic(newAnthropic(fixture.anthropic), tokengrip);
    const options = tokengrip.attribute({ user: 'secret-user', tags: { plan: 'secret-plan' } });
    await openai.chat.completions.create(CHAT, options);
    await openai.chat.completions.stream(CHAT, options).done();
    await openai.embeddings.create({ model: 'e', input: 'x' }, options);
    await anthropic.messages.create(MESSAGE, options);
    await anthropic.messages.stream(MESSAGE, options).done();
    await anthropic.beta.messages
      .thread({ model: 'm', max_tokens: 8 })
      .send({ role: 'user', content: 'x' }, {}, options);

    expect(sentToProvider()).not.toMatch(/secret|tokengrip/);
    const users = (await fixture.records()).map(({ user }) => user);
    expect(users).toEqual(Array.from({ length: 6 }, () => 'secret-user'));
  });

  it('may be written into the options by hand, beside those of the client', async () => {
    const client = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip);
    const options = { headers: { 'x-own': 'kept' }, tokengrip: { user: 'u' } };
    await client.chat.completions.create(CHAT, options);
    expect(fixture.openai.requests[0]?.headers['x-own']).toBe('kept');
    expect(options.tokengrip).toEqual({ user: 'u' });
    expect(await fixture.record()).toMatchObject({ user: 'u' });
  });

  it('is taken out of the request too, if the host has put it there', async () => {
    const client = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip);
    await client.chat.completions.create(fixture.tokengrip.attribute({ user: 'secret-user' }, CHAT));
    expect(sentToProvider()).not.toMatch(/secret|tokengrip/);
    expect(await fixture.record()).toMatchObject({ user: 'secret-user' });
  });

  it('keeps the options of the client and their type', async () => {
    const client = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip);
    const options = fixture.tokengrip.attribute({ user: 'u' }, { headers: { 'x-own': 'kept' }, timeout: 5_000 });
    expect(options.timeout).toBe(5_000);
    await client.chat.completions.create(CHAT, options);
    expect(fixture.openai.requests[0]?.headers['x-own']).toBe('kept');
  });

  it('of parallel contexts is kept apart', async () => {
    const client = wrapAnthropic(newAnthropic(fixture.anthropic), fixture.tokengrip);
    const users = ['a', 'b', 'c', 'd'];
    await Promise.all(
      users.map((user) =>
        fixture.tokengrip.withContext({ user }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          await client.messages.create({ ...MESSAGE, messages: [{ role: 'user', content: user }] });
        }),
      ),
    );
    expect((await fixture.records()).map(({ user }) => user).sort()).toEqual(users);
  });

  it('of a stream is that of the moment at which it was started', async () => {
    const client = wrapOpenAI(newOpenAI(fixture.openai), fixture.tokengrip);
    const stream = await fixture.tokengrip.withContext({ user: 'starter' }, () =>
      client.chat.completions.create({ ...CHAT, stream: true }),
    );
    await fixture.tokengrip.withContext({ user: 'reader' }, async () => {
      for await (const _ of stream);
    });
    expect(await fixture.record()).toMatchObject({ user: 'starter' });
  });

  it('is dropped by a client that is switched off, and the call is made', async () => {
    const off = fixture.connect({ enabled: false });
    const client = wrapOpenAI(newOpenAI(fixture.openai), off);
    await off.withContext({ user: 'secret' }, () =>
      client.chat.completions.create(CHAT, off.attribute({ user: 'secret' })),
    );
    expect(fixture.openai.requests).toHaveLength(1);
    expect(sentToProvider()).not.toMatch(/secret|tokengrip/);
  });
});
