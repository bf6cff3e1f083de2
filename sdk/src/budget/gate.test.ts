import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BudgetServer, startBudgetServer } from '../../testing/budget-server.ts';
import { CHAT, MESSAGE, newAnthropic, newOpenAI, useFixture } from '../../testing/fixture.ts';
import { BudgetExceededError, type BudgetState, Tokengrip, wrapAnthropic, wrapOpenAI } from '../index.ts';

const fixture = useFixture();
let server: BudgetServer;
const made: Tokengrip[] = [];

beforeEach(async () => {
  server = await startBudgetServer();
});
afterEach(async () => {
  await Promise.all(made.splice(0).map((client) => client.close(0)));
  await server.close();
});

function connect(options: ConstructorParameters<typeof Tokengrip>[0] = {}): Tokengrip {
  const client = new Tokengrip({
    apiKey: 'tg_test',
    baseUrl: server.url,
    enforceBudgets: true,
    onWarning: (warning) => fixture.warnings.push(warning),
    ...options,
  });
  made.push(client);
  return client;
}
const wrapped = (tokengrip = connect()) => wrapOpenAI(newOpenAI(fixture.openai), tokengrip);
const spent: Partial<BudgetState> = { status: 'exceeded', reason: 'amount', spent: '10.5' };

describe('a wrapped call whose budget is spent', () => {
  it('throws before the provider is called, and says what, how much and until when', async () => {
    server.budgets = [server.budget({ ...spent, name: 'Team' })];
    const error = await wrapped()
      .chat.completions.create(CHAT)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BudgetExceededError);
    expect(error).toMatchObject({
      code: 'budget_exceeded',
      message: 'The budget "Team" is used up: 10.5 of 10 USD (month). It resets at 2999-01-01T00:00:00.000Z.',
      spent: '10.5',
      limit: '10',
      period: 'month',
      resetsAt: new Date('2999-01-01T00:00:00Z'),
    });
    expect(fixture.openai.requests).toHaveLength(0);
  });

  it.each([
    ['awaited', (client: ReturnType<typeof wrapped>) => client.chat.completions.create(CHAT)],
    ['streamed', (client: ReturnType<typeof wrapped>) => client.chat.completions.create({ ...CHAT, stream: true })],
    ['with its response', (client: ReturnType<typeof wrapped>) => client.chat.completions.create(CHAT).withResponse()],
    ['raw', (client: ReturnType<typeof wrapped>) => client.chat.completions.create(CHAT).asResponse()],
    ['parsed', (client: ReturnType<typeof wrapped>) => client.chat.completions.parse(CHAT)],
    ['by the stream helper', (client: ReturnType<typeof wrapped>) => client.chat.completions.stream(CHAT).done()],
  ])('throws, however it is read: %s', async (_name, call) => {
    server.budgets = [server.budget(spent)];
    // The stream helper wraps whatever ends it.
    await expect(call(wrapped())).rejects.toThrow(/is used up/);
    expect(fixture.openai.requests).toHaveLength(0);
  });

  it('throws for Anthropic’s client, too', async () => {
    server.budgets = [server.budget(spent)];
    const client = wrapAnthropic(newAnthropic(fixture.anthropic), connect());
    await expect(client.messages.create(MESSAGE)).rejects.toBeInstanceOf(BudgetExceededError);
    await expect(client.messages.stream(MESSAGE).finalMessage()).rejects.toThrow(/is used up/);
    expect(fixture.anthropic.requests).toHaveLength(0);
  });

  it('does not end a process that never looks at its call', async () => {
    server.budgets = [server.budget(spent)];
    const client = wrapped();
    await expect(client.chat.completions.create(CHAT)).rejects.toThrow();
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    void client.chat.completions.create(CHAT);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('passes again within two seconds of the budget being raised', async () => {
    server.budgets = [server.budget(spent)];
    const client = wrapped();
    await expect(client.chat.completions.create(CHAT)).rejects.toThrow();
    server.budgets = [server.budget()];
    await vi.waitFor(() => client.chat.completions.create(CHAT), { timeout: 2_000, interval: 50 });
    expect(fixture.openai.requests).toHaveLength(1);
  });

  it('passes when the period is over, also before the server was asked again', async () => {
    server.budgets = [server.budget({ ...spent, resetsAt: new Date(Date.now() + 200).toISOString() })];
    const client = wrapped();
    await expect(client.chat.completions.create(CHAT)).rejects.toThrow();
    await vi.waitFor(() => client.chat.completions.create(CHAT), { timeout: 900, interval: 20 });
  });

  it('is blocked by the reply to the record that spent the rest', async () => {
    server.budgets = [server.budget()];
    const tokengrip = connect();
    const client = wrapped(tokengrip);
    await client.chat.completions.create(CHAT);
    server.replyBudgets = [server.budget(spent)];
    await tokengrip.flush();
    expect(server.headers.at(-1)).toMatchObject({ 'tokengrip-budgets': 'include' });
    await expect(client.chat.completions.create(CHAT)).rejects.toBeInstanceOf(BudgetExceededError);
  });

  it.each(['hangs', 'fails'])('is blocked by that reply also where the server %s whenever it is asked', async (how) => {
    if (how === 'hangs') server.hang();
    else server.fail(503);
    const tokengrip = connect({ budgetTimeoutMs: 30 });
    const client = wrapped(tokengrip);
    await client.chat.completions.create(CHAT);
    server.replyBudgets = [server.budget(spent)];
    await tokengrip.flush();
    await expect(client.chat.completions.create(CHAT)).rejects.toBeInstanceOf(BudgetExceededError);
    expect(fixture.openai.requests).toHaveLength(1);
  });
});

describe('a budget that does not concern the call', () => {
  it.each<[string, Partial<BudgetState>]>([
    ['another user', { conditions: { users: ['ann'] } }],
    ['another feature', { conditions: { features: ['search'] } }],
    ['another model', { conditions: { models: ['gpt-9'] } }],
    ['another tag', { conditions: { tags: { team: ['y'] } } }],
    ['only to be told', { action: 'notify' }],
  ])('lets it pass: %s', async (_name, given) => {
    server.budgets = [server.budget({ ...spent, ...given })];
    const tokengrip = connect({ tags: { team: 'x' } });
    await tokengrip.withContext({ user: 'bob', feature: 'chat' }, () =>
      wrapped(tokengrip).chat.completions.create(CHAT),
    );
    expect(fixture.openai.requests).toHaveLength(1);
  });

  it('goes by the model that answers, where a budget names that', async () => {
    server.budgets = [server.budget({ conditions: { models: ['gpt-5-mini-2025-08-07'] } })];
    const tokengrip = connect();
    const client = wrapped(tokengrip);
    await client.chat.completions.create(CHAT);
    await tokengrip.flush();
    const [record] = server.records as { model: string }[];
    server.replyBudgets = [server.budget({ ...spent, conditions: { models: [record?.model ?? ''] } })];
    await client.chat.completions.create(CHAT);
    await tokengrip.flush();
    await expect(client.chat.completions.create(CHAT)).rejects.toBeInstanceOf(BudgetExceededError);
  });
});

describe('the state of budgets', () => {
  it('is asked for once for all calls that differ in nothing that matters', async () => {
    server.budgets = [server.budget()];
    const tokengrip = connect();
    const client = wrapped(tokengrip);
    for (const user of ['u1', 'u2', 'u3']) {
      await tokengrip.withContext({ user, tags: { request: user } }, () => client.chat.completions.create(CHAT));
    }
    expect(server.asked.map(({ query }) => query)).toEqual(['?user=u1&tag.request=u1', '']);
  });

  it('is asked for by user, customer and tag where a budget is about them', async () => {
    server.budgets = [server.budget({ ...spent, conditions: { users: ['u2'] } })];
    server.by = { user: true, customer: false, tags: ['team'] };
    const tokengrip = connect();
    const client = wrapped(tokengrip);
    const call = (user: string) =>
      tokengrip.withContext({ user, customer: 'c', tags: { team: 'x', request: user } }, () =>
        client.chat.completions.create(CHAT),
      );
    await call('u1');
    await expect(call('u2')).rejects.toThrow();
    expect(server.asked.at(-1)?.query).toBe('?user=u2&tag.team=x');
  });

  it('is told to the host when it changes', async () => {
    server.budgets = [server.budget({ spent: '1', thresholds: [50] })];
    const told: BudgetState[] = [];
    const tokengrip = connect({ enforceBudgets: false, onBudget: (state) => told.push(state) });
    const client = wrapped(tokengrip);
    await client.chat.completions.create(CHAT);
    await vi.waitFor(() => expect(tokengrip.budgets).toHaveLength(1));
    expect(told).toEqual([]);
    for (const given of [{ spent: '6' }, { spent: '7' }, spent, { spent: '1' }]) {
      server.replyBudgets = [server.budget({ thresholds: [50], ...given })];
      await client.chat.completions.create(CHAT);
      await tokengrip.flush();
    }
    expect(told.map((state) => [state.status, state.spent])).toEqual([
      ['ok', '6'],
      ['exceeded', '10.5'],
      ['ok', '1'],
    ]);
  });
});

describe('without an answer', () => {
  it.each([
    ['a server that fails', () => server.fail(500)],
    ['a server that hangs', () => server.hang()],
    ['something else that answers', () => server.fail(200, '<html>')],
  ])('calls pass, and soon: %s', async (_name, arrange) => {
    arrange();
    const client = wrapped(connect({ budgetTimeoutMs: 50 }));
    await client.chat.completions.create(CHAT);
    const before = server.asked.length;
    const start = performance.now();
    for (let i = 0; i < 5; i += 1) await client.chat.completions.create(CHAT);
    expect(fixture.openai.requests).toHaveLength(6);
    expect(server.asked.length).toBe(before);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(fixture.warnings.map(({ code }) => code)).toContain('budgets_unknown');
  });
});

describe('a budget that sets something aside', () => {
  it('is asked before each call, with the id of its record', async () => {
    server.budgets = [server.budget({ reservation: true })];
    const tokengrip = connect();
    const client = wrapped(tokengrip);
    const answer = await client.chat.completions.create(CHAT);
    expect(answer.object).toBe('chat.completion');
    await tokengrip.flush();
    expect(server.reservations).toEqual([expect.objectContaining({ id: (server.records[0] as { id: string }).id })]);
    server.refuseReservations = [server.budget(spent)];
    await expect(client.chat.completions.create(CHAT)).rejects.toBeInstanceOf(BudgetExceededError);
    expect(fixture.openai.requests).toHaveLength(1);
  });

  it('gives the very stream and response that the client would give', async () => {
    server.budgets = [server.budget({ reservation: true })];
    const client = wrapped();
    const texts: string[] = [];
    for await (const chunk of await client.chat.completions.create({ ...CHAT, stream: true })) {
      texts.push(chunk.choices[0]?.delta?.content ?? '');
    }
    expect(texts.join('')).not.toBe('');
    const { data, response } = await client.chat.completions.create(CHAT).withResponse();
    expect([data.object, response.status]).toEqual(['chat.completion', 200]);
    expect((await client.chat.completions.create(CHAT).asResponse()).bodyUsed).toBe(false);
    expect((await client.chat.completions.parse(CHAT)).choices).toHaveLength(1);
  });
});
