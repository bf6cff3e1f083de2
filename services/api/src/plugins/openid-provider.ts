import { HOUR } from '@tokengrip/core/clock';
import type { Context } from '@tokengrip/core/context';
import type { OpenIdProblem } from '@tokengrip/core/contract/auth';
import type { OpenIdPerson } from '@tokengrip/core/domain/accounts/openid';
import { normalizeEmail } from '@tokengrip/core/domain/accounts/users';
import { AppError } from '@tokengrip/core/errors';
import * as openid from 'openid-client';
import type { OpenIdSettings } from '../openid-config.ts';

/** A person waits. */
const TIMEOUT_SECONDS = 10;
/** What a provider says of itself changes with its keys and addresses, which is seldom. */
const METADATA_LIFE_MS = HOUR;

/** What has to be remembered between going to the provider and coming back. */
export interface OpenIdSecrets {
  state: string;
  nonce: string;
  verifier: string;
}

export interface OpenIdProvider {
  settings: OpenIdSettings;
  /**
   * Where the browser goes. The first request to the provider is made here: nobody is asked before a person wants to.
   * @throws AppError `unavailable` when the provider does not answer
   */
  begin(): Promise<{ url: string; secrets: OpenIdSecrets }>;
  /** Who came back, from the query of the address at which they did. */
  finish(query: string, secrets: OpenIdSecrets): Promise<OpenIdPerson | { refused: OpenIdProblem }>;
}

/** The authorization code flow with PKCE, state and nonce; the signature of the ID token is checked against the provider's keys. */
export function createOpenIdProvider(ctx: Pick<Context, 'log' | 'clock'>, settings: OpenIdSettings): OpenIdProvider {
  ctx.log.info(
    { issuer: settings.issuer.href },
    'people may log in by OpenID; the provider is asked when one of them does',
  );
  let known: { configuration: Promise<openid.Configuration>; until: number } | undefined;

  function discover(): Promise<openid.Configuration> {
    const now = ctx.clock.now().getTime();
    if (known && known.until > now) return known.configuration;
    const configuration = openid.discovery(settings.issuer, settings.clientId, undefined, authentication(settings), {
      timeout: TIMEOUT_SECONDS,
      execute: [
        openid.enableNonRepudiationChecks,
        ...(settings.issuer.protocol === 'http:' ? [openid.allowInsecureRequests] : []),
      ],
    });
    known = { configuration, until: now + METADATA_LIFE_MS };
    configuration.catch(() => {
      known = undefined;
    });
    return configuration;
  }

  return {
    settings,
    async begin() {
      let configuration: openid.Configuration;
      try {
        configuration = await discover();
      } catch (error) {
        ctx.log.warn({ ...reasonOf(error), issuer: settings.issuer.href }, 'the OpenID provider does not answer');
        throw new AppError('unavailable', `${settings.name} does not answer at the moment; log in with your password`, {
          retryAfterSeconds: 10,
        });
      }
      const secrets = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        verifier: openid.randomPKCECodeVerifier(),
      };
      const url = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: settings.callbackUrl,
        scope: 'openid email profile',
        state: secrets.state,
        nonce: secrets.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(secrets.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, secrets };
    },
    async finish(query, secrets) {
      const address = new URL(settings.callbackUrl);
      address.search = query;
      try {
        return await readPerson(await discover(), address, secrets, settings);
      } catch (error) {
        if (error instanceof openid.AuthorizationResponseError && error.error === 'access_denied') {
          return { refused: 'cancelled' };
        }
        ctx.log.warn({ ...reasonOf(error), issuer: settings.issuer.href }, 'a log-in by OpenID failed');
        return { refused: 'provider_failed' };
      }
    },
  };
}

async function readPerson(
  configuration: openid.Configuration,
  address: URL,
  { state, nonce, verifier }: OpenIdSecrets,
  settings: OpenIdSettings,
): Promise<OpenIdPerson> {
  const tokens = await openid.authorizationCodeGrant(configuration, address, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new Error('there is no ID token');
  // Many say who it is in the ID token; others only when they are asked.
  const more =
    claims.email === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
      ? await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub)
      : undefined;
  const { email, email_verified: verified, name } = more ?? claims;
  const amr = Array.isArray(claims.amr) ? claims.amr : [];
  return {
    issuer: settings.issuer.href,
    subject: claims.sub,
    verifiedEmail: typeof email === 'string' && isVerified(verified, settings) ? normalizeEmail(email) : undefined,
    name: typeof name === 'string' ? name : undefined,
    multiFactor: settings.trustMfa && amr.includes('mfa'),
  };
}

/** Some providers say it in a text; some never say it, and some of those give the addresses out themselves. */
const isVerified = (verified: unknown, { trustEmail }: OpenIdSettings): boolean =>
  verified === true || verified === 'true' || (trustEmail && verified === undefined);

/** In the header, as the standard has it by default; what a provider cannot do is found in its settings by the library. */
const authentication = ({ clientSecret }: OpenIdSettings): openid.ClientAuth =>
  clientSecret === undefined
    ? openid.None()
    : (server, client, body, headers) => {
        const methods = server.token_endpoint_auth_methods_supported;
        const inHeader = methods === undefined || methods.includes('client_secret_basic');
        const authenticate = inHeader ? openid.ClientSecretBasic : openid.ClientSecretPost;
        return authenticate(clientSecret)(server, client, body, headers);
      };

/** Codes and names alone: an error may carry what the provider answered. */
function reasonOf(error: unknown): { reason: string } {
  const { name, code, error: said } = error as { name?: unknown; code?: unknown; error?: unknown };
  return { reason: [name, code, said].filter((part) => typeof part === 'string').join(' ') };
}
