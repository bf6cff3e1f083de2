import Type from 'typebox';
import { ConfigError, Secret } from '../config.ts';

/** What sending mail needs. Without `SMTP_URL` no mail is sent. */
export const mailConfig = {
  /** `smtp://user:password@host:587` (STARTTLS where it is offered) or `smtps://…:465`. */
  SMTP_URL: Type.Optional(Type.String({ minLength: 1, pattern: '^smtps?://', secret: true })),
  /** The sender, as `alerts@example.com` or `Tokengrip <alerts@example.com>`. */
  SMTP_FROM: Type.Optional(Type.String({ minLength: 3, maxLength: 320, pattern: '^[^\\r\\n]+@[^\\r\\n]+$' })),
  /** Where people reach the installation: links in mails begin with it. Never taken from a request. */
  PUBLIC_URL: Type.Optional(Type.String({ pattern: '^https?://[^\\s?#]+$' })),
  /** Keeps what must be read again, such as the secrets of second factors, from the reader of the database. */
  ENCRYPTION_SECRET: Secret(),
};

interface MailVariables {
  SMTP_URL?: string;
  SMTP_FROM?: string;
  PUBLIC_URL?: string;
}

export interface MailSettings {
  smtpUrl: string;
  from: string;
  /** Without a slash at its end. */
  publicUrl: string;
}

/**
 * The settings, or `undefined` where no mail is sent.
 * @throws ConfigError when there is a server, and no sender or no address for links
 */
export function readMailSettings(config: MailVariables): MailSettings | undefined {
  if (config.SMTP_URL === undefined) return undefined;
  const problems: string[] = [];
  if (!URL.canParse(config.SMTP_URL)) problems.push('SMTP_URL must be an address as smtp://user:password@host:587');
  if (config.SMTP_FROM === undefined) problems.push('SMTP_FROM is missing (the sender of mails, with SMTP_URL)');
  if (config.PUBLIC_URL === undefined || !URL.canParse(config.PUBLIC_URL)) {
    problems.push('PUBLIC_URL is missing (where links in mails lead, with SMTP_URL)');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    smtpUrl: config.SMTP_URL,
    from: config.SMTP_FROM ?? '',
    publicUrl: (config.PUBLIC_URL ?? '').replace(/\/+$/, ''),
  };
}
