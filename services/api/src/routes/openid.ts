import { OpenIdAddress, type OpenIdProblem, OpenIdStart, PasswordProof } from '@tokengrip/core/contract/auth';
import { checkCurrentPassword } from '@tokengrip/core/domain/accounts/check-password';
import { enterByOpenId } from '@tokengrip/core/domain/accounts/enter-by-openid';
import { linkOpenId, unlinkOpenId } from '@tokengrip/core/domain/accounts/link-openid';
import type { OpenIdPerson } from '@tokengrip/core/domain/accounts/openid';
import { defaultTerms } from '@tokengrip/core/domain/organizations/terms';
import { AppError } from '@tokengrip/core/errors';
import { asAppError, type Server } from '@tokengrip/core/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { ApiConfig } from '../config.ts';
import type { AuthContext } from '../context.ts';
import { createOpenIdFlows, type OpenIdFlow } from '../plugins/openid-flow.ts';
import type { OpenIdProvider } from '../plugins/openid-provider.ts';
import { ATTEMPTS } from '../plugins/rate-limit.ts';
import type { Tokens } from '../plugins/session-tokens.ts';

const LOGIN_PAGE = '/login';
const ACCOUNT_PAGE = '/settings/account';

/** What a page is told stands behind `#`, which browsers send to no server and no log sees. */
const pageWith = (page: string, told: Record<string, string>): string => `${page}#${new URLSearchParams(told)}`;

/** Single sign-on by OpenID Connect: going to the provider, coming back, and linking it to an account. */
export function openIdRoutes(
  server: Server,
  ctx: AuthContext,
  config: ApiConfig,
  { tokens, provider }: { tokens: Tokens; provider: OpenIdProvider | undefined },
): void {
  const flows = createOpenIdFlows(ctx, config);
  const requireProvider = (): OpenIdProvider => {
    if (!provider) throw new AppError('not_found', 'There is no single sign-on here');
    return provider;
  };

  async function begin(reply: FastifyReply, flow: Omit<OpenIdFlow, 'secrets'>): Promise<{ url: string }> {
    const { url, secrets } = await requireProvider().begin();
    flows.remember(reply, { ...flow, secrets });
    return { url };
  }

  server.post(
    '/auth/openid/start',
    { config: ATTEMPTS, schema: { body: OpenIdStart, response: { 200: OpenIdAddress } } },
    async (request, reply) => begin(reply, request.body),
  );

  server.get(
    '/auth/openid/callback',
    {
      config: ATTEMPTS,
      schema: { response: { 303: Type.Null() } },
      // A person is on the way and sees a page, whatever happens.
      errorHandler: (error, request, reply) => {
        const known = asAppError(error as AppError);
        if (known.code === 'internal') request.log.error({ err: error, requestId: request.id }, 'request failed');
        const problem: OpenIdProblem = known.code === 'rate_limited' ? 'rate_limited' : 'failed';
        return reply.redirect(pageWith(LOGIN_PAGE, { problem }), 303);
      },
    },
    async (request, reply) => reply.redirect(await comeBack(request, reply), 303),
  );

  /** Where somebody who comes back from the provider goes on. */
  async function comeBack(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const flow = flows.take(request, reply);
    const query = new URL(request.raw.url ?? '/', 'http://here').search;
    if (!provider || !flow || new URLSearchParams(query).get('state') !== flow.secrets.state) {
      return pageWith(LOGIN_PAGE, { problem: 'expired' });
    }
    const page = flow.link ? ACCOUNT_PAGE : LOGIN_PAGE;
    const person = await provider.finish(query, flow.secrets);
    if ('refused' in person) return pageWith(page, { problem: person.refused });
    const stranger = outside(person, provider.settings.allowedDomains);
    if (stranger) return pageWith(page, { problem: stranger });
    if (flow.link) {
      const problem = await linkOpenId(ctx, flow.link, person);
      return pageWith(page, problem ? { problem } : { openid: 'linked' });
    }
    return enter(request, reply, person, flow);
  }

  async function enter(request: FastifyRequest, reply: FastifyReply, person: OpenIdPerson, flow: OpenIdFlow) {
    const { invitation, timeZone } = flow;
    const rules = { openRegistration: config.OPEN_REGISTRATION, terms: defaultTerms(config), timeZone, invitation };
    const entry = await enterByOpenId(ctx, person, rules, request.place()).catch(refusalOf);
    if ('refused' in entry) return pageWith(LOGIN_PAGE, { problem: entry.refused });
    // Whoever has an account already is asked by the invitation's page whether they want to join.
    const joins = invitation !== undefined && !entry.created;
    const redirect = joins ? `/invitation#token=${invitation}` : (flow.redirect ?? '/');
    if (entry.needsCode) {
      const challenge = tokens.sign('challenge', { userId: entry.userId, id: entry.passwordVersion });
      return pageWith(LOGIN_PAGE, { challenge, redirect });
    }
    await server.logIn(request, reply, entry);
    return pageWith(LOGIN_PAGE, { openid: 'entered', redirect });
  }

  server.post(
    '/account/openid/link',
    { config: ATTEMPTS, schema: { body: PasswordProof, response: { 200: OpenIdAddress } } },
    async (request, reply) => {
      const { userId, sessionId } = await request.member();
      requireProvider();
      await checkCurrentPassword(ctx, { userId, sessionId }, request.body.currentPassword);
      return begin(reply, { link: { userId, sessionId } });
    },
  );

  server.post(
    '/account/openid/unlink',
    { schema: { body: PasswordProof, response: { 204: Type.Null() } } },
    async (request, reply) => {
      const member = await request.member();
      const issuer = requireProvider().settings.issuer.href;
      await unlinkOpenId(ctx, member, { issuer, currentPassword: request.body.currentPassword });
      return reply.code(204).send(null);
    },
  );
}

/** Why somebody is not of those who may come, if the operator has said who may. */
function outside({ verifiedEmail }: OpenIdPerson, allowed: readonly string[]): OpenIdProblem | undefined {
  if (allowed.length === 0) return undefined;
  if (verifiedEmail === undefined) return 'email_unverified';
  return allowed.includes(verifiedEmail.slice(verifiedEmail.lastIndexOf('@') + 1)) ? undefined : 'domain_not_allowed';
}

/** What a verb says in its own words, in those of the page. */
function refusalOf(error: unknown): { refused: OpenIdProblem } {
  if (!(error instanceof AppError)) throw error;
  if (error.code === 'not_found') return { refused: 'invitation_over' };
  if (error.code === 'conflict' || error.code === 'setup_done') return { refused: 'failed' };
  throw error;
}
