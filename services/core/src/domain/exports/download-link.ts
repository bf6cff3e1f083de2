import { createHmac, timingSafeEqual } from 'node:crypto';
import { HOUR } from '../../clock.ts';

/** Long enough to hand it to a program, short enough that one that leaked is soon worth nothing. */
const LINK_LIFE_MS = HOUR;

interface DownloadLink {
  token: string;
  expiresAt: Date;
}

/** Signs the way to an export's file: whoever has the token gets the file, without a session, until it expires. */
export function signDownload(
  secret: string,
  file: { organizationId: number; exportId: number },
  now: Date,
): DownloadLink {
  // Whole seconds, and the same for some minutes, so that a page that asks again and again shows one link.
  const expiresS = Math.ceil((now.getTime() + LINK_LIFE_MS) / 300_000) * 300;
  const claims = `${file.organizationId}.${file.exportId}.${expiresS}`;
  return {
    token: `${claims}.${signature(secret, claims).toString('base64url')}`,
    expiresAt: new Date(expiresS * 1_000),
  };
}

/** The file that a token leads to; `undefined` for one that is not ours or has expired. */
export function verifyDownload(
  secret: string,
  token: string,
  now: Date,
): { organizationId: number; exportId: number } | undefined {
  const match = /^(\d{1,10}\.\d{1,10}\.\d{1,12})\.([\w-]{43})$/.exec(token);
  const [, claims, sent] = match ?? [];
  if (claims === undefined || sent === undefined) return undefined;
  if (!timingSafeEqual(signature(secret, claims), Buffer.from(sent, 'base64url'))) return undefined;
  const [organizationId = 0, exportId = 0, expiresS = 0] = claims.split('.').map(Number);
  return expiresS * 1_000 > now.getTime() ? { organizationId, exportId } : undefined;
}

/** The secret signs other things, too: what is signed says what it is. */
const signature = (secret: string, claims: string) =>
  createHmac('sha256', secret).update(`tokengrip export download ${claims}`).digest();
