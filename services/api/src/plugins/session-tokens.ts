import { createHash } from 'node:crypto';
import { type Clock, DAY, MINUTE, SECOND } from '@tokengrip/core/clock';
import jwt from 'jsonwebtoken';

const ALGORITHM = 'HS256';
const ISSUER = 'tokengrip';

/** What a token is for, and for how long. One for one thing is refused for another. */
const LIFE_MS = {
  /** Names a live session. */
  access: 10 * MINUTE,
  /** The password was right, and a code is wanted. */
  challenge: 5 * MINUTE,
  /** This browser has logged in to this account before. */
  device: 180 * DAY,
} as const;

type TokenKind = keyof typeof LIFE_MS;

export const ACCESS_LIFE_MS = LIFE_MS.access;
export const DEVICE_LIFE_MS = LIFE_MS.device;

interface TokenClaims {
  userId: number;
  /** The session, the password's version, or the browser's id, as the kind says. */
  id: string;
}

/** Signs and checks the tokens of people, all by one secret, of which there may be two while it changes. */
export interface Tokens {
  sign(kind: TokenKind, claims: TokenClaims): string;
  /** `undefined` for whatever is not a valid token of this kind. */
  read(kind: TokenKind, token: string | undefined): TokenClaims | undefined;
}

/**
 * JWTs with HS256 and nothing else, whatever a token says of itself. Its `kid` names the secret; tokens of the previous
 * secret count as long as that is configured.
 */
export function createTokens(
  secrets: { SESSION_SECRET: string; SESSION_SECRET_PREVIOUS?: string },
  clock: Clock,
): Tokens {
  const current = { id: keyId(secrets.SESSION_SECRET), secret: secrets.SESSION_SECRET };
  const known = new Map([[current.id, current.secret]]);
  if (secrets.SESSION_SECRET_PREVIOUS !== undefined) {
    known.set(keyId(secrets.SESSION_SECRET_PREVIOUS), secrets.SESSION_SECRET_PREVIOUS);
  }
  const nowSeconds = () => Math.floor(clock.now().getTime() / SECOND);
  return {
    sign(kind, { userId, id }) {
      const iat = nowSeconds();
      return jwt.sign({ sid: id, iat, exp: iat + LIFE_MS[kind] / SECOND }, current.secret, {
        algorithm: ALGORITHM,
        keyid: current.id,
        issuer: ISSUER,
        audience: kind,
        subject: String(userId),
      });
    },
    read(kind, token) {
      if (token === undefined) return undefined;
      const secret = known.get(String(jwt.decode(token, { complete: true })?.header.kid));
      if (secret === undefined) return undefined;
      try {
        const claims = jwt.verify(token, secret, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: kind,
          clockTimestamp: nowSeconds(),
        }) as jwt.JwtPayload;
        return { userId: Number(claims.sub), id: String(claims.sid) };
      } catch {
        return undefined;
      }
    },
  };
}

/** Tells secrets apart, and tells nothing of them. */
const keyId = (secret: string): string =>
  createHash('sha256').update(`tokengrip key id:${secret}`).digest('base64url').slice(0, 11);
