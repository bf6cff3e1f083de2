import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** Somebody as the provider knows them. */
export interface TestPerson {
  sub: string;
  email: string;
  /** Absent: the provider does not say. */
  email_verified?: boolean | undefined;
  name?: string;
  amr?: string[];
}

/** A real provider of OpenID Connect at a port of its own, which asks nobody for anything: whoever comes is `person`. */
export async function startTestProvider(callbackUrl: string) {
  const client = { id: 'tokengrip', secret: 'a secret of the client' };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  let person: TestPerson = { sub: 'ada', email: 'ada@example.com', email_verified: true, name: 'Ada' };
  let refuses = false;
  const http = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [callbackUrl] }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'k' }] },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ ...person, amr: undefined }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: client.id, accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();

  async function handle(...[request, response]: Parameters<typeof answer>) {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response);
    const result = refuses ? { error: 'access_denied' } : { login: { accountId: person.sub, amr: person.amr ?? [] } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  return {
    issuer,
    env: {
      OPENID_ISSUER: issuer,
      OPENID_CLIENT_ID: client.id,
      OPENID_CLIENT_SECRET: client.secret,
      OPENID_NAME: 'Example ID',
    },
    /** From now on whoever comes is this person. */
    is(next: TestPerson) {
      person = next;
    },
    /** Whoever comes presses "cancel". */
    refuse(next: boolean) {
      refuses = next;
    },
    /** Goes through the provider as a browser would. @returns the address at which it sends the browser back */
    async visit(start: string): Promise<URL> {
      const cookies = new Map<string, string>();
      let address = start;
      for (let steps = 0; steps < 10; steps += 1) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const reply = await fetch(address, { redirect: 'manual', headers: { cookie } });
        for (const line of reply.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const next = reply.headers.get('location');
        if (next === null) throw new Error(`the provider answered ${reply.status}: ${await reply.text()}`);
        address = new URL(next, address).href;
        if (address.startsWith(callbackUrl)) return new URL(address);
      }
      throw new Error('the provider goes in circles');
    },
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

export type TestProvider = Awaited<ReturnType<typeof startTestProvider>>;
