import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** Keeps from the reader of the database, of Redis and of backups what the services have to read again. */
export interface Sealer {
  /** @param purpose what it is and whose: the content opens for exactly this purpose again */
  seal(purpose: string, content: string): Buffer;
  /** @throws Error when it was sealed by another secret or for another purpose, or was changed */
  open(purpose: string, sealed: Buffer): string;
}

/**
 * AES-256-GCM by a key that HKDF derives from `secret`; the purpose is authenticated with the content.
 * Sealed: version, nonce, tag, content.
 */
export function createSealer(secret: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'tokengrip sealing', 32));
  return {
    seal(purpose, content) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(
        Buffer.from(purpose),
      );
      const body = Buffer.concat([cipher.update(content, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
    },
    open(purpose, sealed) {
      if (sealed.length < HEAD_BYTES || sealed[0] !== VERSION) throw new Error('this was not sealed here');
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES));
      return decipher.update(sealed.subarray(HEAD_BYTES)).toString('utf8') + decipher.final('utf8');
    },
  };
}
