import { ConfigError, Switch } from '@tokengrip/core/config';
import Type from 'typebox';

/** Single sign-on by OpenID Connect. Without `OPENID_ISSUER` there is none. */
export const openIdConfig = {
  /** The provider's issuer identifier; its settings are found below it. */
  OPENID_ISSUER: Type.Optional(Type.String({ pattern: '^https?://[^\\s?#]+$' })),
  OPENID_CLIENT_ID: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  /** Left out for a public client, which PKCE alone protects. */
  OPENID_CLIENT_SECRET: Type.Optional(Type.String({ minLength: 8, secret: true })),
  /** What the button calls it. */
  OPENID_NAME: Type.String({ minLength: 1, maxLength: 40, default: 'single sign-on' }),
  /** Domains of addresses, separated by commas. Empty: all that the provider lets in. */
  OPENID_ALLOWED_DOMAINS: Type.String({ default: '' }),
  /** Whoever the provider has asked for a second factor (`amr` with `mfa`) is not asked for ours as well. */
  OPENID_TRUST_MFA: Switch(false),
  /** The provider gives addresses out itself, and does not say of them that they are verified. */
  OPENID_TRUST_EMAIL: Switch(false),
};

interface OpenIdVariables {
  OPENID_ISSUER?: string;
  OPENID_CLIENT_ID?: string;
  OPENID_CLIENT_SECRET?: string;
  OPENID_NAME: string;
  OPENID_ALLOWED_DOMAINS: string;
  OPENID_TRUST_MFA: boolean;
  OPENID_TRUST_EMAIL: boolean;
  PUBLIC_URL?: string;
}

export interface OpenIdSettings {
  issuer: URL;
  clientId: string;
  clientSecret: string | undefined;
  name: string;
  /** In small letters. */
  allowedDomains: readonly string[];
  trustMfa: boolean;
  trustEmail: boolean;
  /** Where the provider sends people back to; it has to be told. */
  callbackUrl: string;
}

const CALLBACK_PATH = '/api/v1/auth/openid/callback';
const DOMAIN = /^([a-z0-9-]+\.)+[a-z0-9-]+$/;
const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The settings, or `undefined` where there is no single sign-on.
 * @throws ConfigError when a part is missing or wrong
 */
export function readOpenIdSettings(config: OpenIdVariables): OpenIdSettings | undefined {
  const { OPENID_ISSUER: issuer, OPENID_CLIENT_ID: clientId, PUBLIC_URL: publicUrl } = config;
  const problems: string[] = [];
  if (issuer === undefined) {
    if (clientId !== undefined) problems.push('OPENID_ISSUER is missing (the provider, with OPENID_CLIENT_ID)');
    if (problems.length > 0) throw new ConfigError(problems);
    return undefined;
  }
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url?.protocol !== 'https:' && !LOCAL.has(url?.hostname ?? '')) {
    problems.push('OPENID_ISSUER must be an https address (http only for this machine)');
  }
  if (clientId === undefined) problems.push('OPENID_CLIENT_ID is missing (with OPENID_ISSUER)');
  if (publicUrl === undefined || !URL.canParse(publicUrl)) {
    problems.push(`PUBLIC_URL is missing (the provider sends people back to it, at ${CALLBACK_PATH})`);
  }
  const allowedDomains = config.OPENID_ALLOWED_DOMAINS.split(',')
    .map((domain) => domain.trim().toLowerCase().replace(/^@/, ''))
    .filter((domain) => domain !== '');
  for (const domain of allowedDomains) {
    if (!DOMAIN.test(domain)) problems.push(`OPENID_ALLOWED_DOMAINS: ${JSON.stringify(domain)} is no domain`);
  }
  if (problems.length > 0 || !url || clientId === undefined) throw new ConfigError(problems);
  return {
    issuer: url,
    clientId,
    clientSecret: config.OPENID_CLIENT_SECRET,
    name: config.OPENID_NAME,
    allowedDomains,
    trustMfa: config.OPENID_TRUST_MFA,
    trustEmail: config.OPENID_TRUST_EMAIL,
    callbackUrl: (publicUrl ?? '').replace(/\/+$/, '') + CALLBACK_PATH,
  };
}
