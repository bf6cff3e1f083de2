import type { Page } from 'playwright-core';

export interface Owner {
  apiKey: string;
  projectId: number;
  /** Headers of a request as the owner. */
  headers: Record<string, string>;
  /** Sends records as a program does. */
  send(records: readonly object[]): Promise<{ accepted: number; rejected: unknown[] }>;
  /** Logs in as a person does, and waits for the Overview. */
  logIn(page: Page): Promise<void>;
}

const ACCOUNT = { email: 'ada@example.com', name: 'Ada', password: 'correct horse battery' };

/** Sets a fresh installation up over its API: the owner's account, and a key of the first project. */
export async function createOwner(address: string): Promise<Owner> {
  const setup = await post(`${address}/api/v1/auth/setup`, ACCOUNT);
  const headers = {
    cookie: setup.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  };
  const { projects } = (await setup.json()) as { projects: { id: number }[] };
  const projectId = projects[0]?.id ?? 0;
  const created = await post(`${address}/api/v1/projects/${projectId}/keys`, { name: 'Tests' }, headers);
  const { secret } = (await created.json()) as { secret: string };
  return {
    apiKey: secret,
    projectId,
    headers,
    async send(records) {
      const reply = await post(`${address}/v1/usage`, { records }, { authorization: `Bearer ${secret}` });
      return (await reply.json()) as { accepted: number; rejected: unknown[] };
    },
    async logIn(page) {
      await page.goto('/');
      await page.getByLabel('Email').fill(ACCOUNT.email);
      await page.getByLabel('Password').fill(ACCOUNT.password);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
    },
  };
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return reply;
}
