/** Somebody at the page: logs in by setting the installation up, and asks as the page does. */
export interface Person {
  projectId: number;
  get<Reply>(path: string): Promise<Reply>;
  /** @param expected the status that it has to be answered with */
  send<Reply>(method: 'POST' | 'PUT', path: string, body: object | string, expected?: number): Promise<Reply>;
}

const ACCOUNT = { email: 'ada@example.com', name: 'Ada', password: 'correct horse battery', timeZone: 'UTC' };

export async function setUp(address: string): Promise<Person> {
  let cookie = '';
  async function ask(method: string, path: string, body?: object | string): Promise<Response> {
    const content = typeof body === 'string' ? body : body && JSON.stringify(body);
    const headers = { cookie, ...(content === undefined ? {} : { 'content-type': 'application/json' }) };
    return fetch(`${address}/api/v1${path}`, { method, headers, ...(content === undefined ? {} : { body: content }) });
  }
  async function replyOf<Reply>(response: Response, expected: number): Promise<Reply> {
    const text = await response.text();
    if (response.status !== expected) throw new Error(`${response.url} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Reply;
  }
  const response = await ask('POST', '/auth/setup', ACCOUNT);
  const { projects } = await replyOf<{ projects: { id: number }[] }>(response, 201);
  // Without a proxy with https in front a browser would keep them only here, on localhost.
  cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return {
    projectId: projects[0]?.id ?? 0,
    get: async (path) => replyOf(await ask('GET', path), 200),
    send: async (method, path, body, expected = 200) => replyOf(await ask(method, path, body), expected),
  };
}

/** What came of sending by a channel. */
export interface Delivery {
  state: string;
  lastStatus: number | null;
  lastCode: string | null;
}

export const makeChannel = (person: Person, channel: object) =>
  person.send<{ channel: { id: number }; secret: string }>(
    'POST',
    '/channels',
    { enabled: true, quietHours: null, ...channel },
    201,
  );
