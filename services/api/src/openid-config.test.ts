import { describe, expect, it } from 'vitest';
import { readApiConfig } from './config.ts';
import { readOpenIdSettings } from './openid-config.ts';

const SECRET = 'only-for-tests-only-for-tests';
const read = (env: Record<string, string>) =>
  readOpenIdSettings(readApiConfig({ DATABASE_URL: 'x', SESSION_SECRET: SECRET, ENCRYPTION_SECRET: SECRET, ...env }));

describe('the settings of single sign-on', () => {
  it('are none by default', () => {
    expect(read({})).toBeUndefined();
  });

  it('name everything that is missing or wrong at once', () => {
    expect(() => read({ OPENID_ISSUER: 'http://id.example.com', OPENID_ALLOWED_DOMAINS: 'example' })).toThrow(
      /https address[\s\S]*OPENID_CLIENT_ID is missing[\s\S]*PUBLIC_URL is missing[\s\S]*"example" is no domain/,
    );
    expect(() => read({ OPENID_CLIENT_ID: 'x' })).toThrow('OPENID_ISSUER is missing');
  });

  it('know the address to which the provider sends people back', () => {
    expect(
      read({ OPENID_ISSUER: 'https://id.example.com', OPENID_CLIENT_ID: 'x', PUBLIC_URL: 'https://t.example.com/' }),
    ).toMatchObject({
      callbackUrl: 'https://t.example.com/api/v1/auth/openid/callback',
      clientSecret: undefined,
      allowedDomains: [],
      trustMfa: false,
    });
  });
});
