import Type, { type Static } from 'typebox';
import { Email, NewPassword, PersonName } from './accounts.ts';
import { Instant, nullable, strictObject } from './common.ts';

const GivenPassword = Type.String({ minLength: 1, maxLength: 1_000 });
const LinkToken = Type.String({ minLength: 1, maxLength: 200 });
/** Six digits of an authenticator; spaces are ignored. */
const Code = Type.String({ minLength: 1, maxLength: 50 });

/**
 * `POST /api/v1/auth/login` → 200 `Me`, or 202 `TwoFactorChallenge`. 429 with `Retry-After` after too many wrong ones; a
 * browser that has logged in before is not held up by what others try.
 */
export const LoginRequest = strictObject({
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: GivenPassword,
});

/** The password was right; a code is wanted within five minutes. */
export const TwoFactorChallenge = Type.Object({ challenge: Type.String() });

/** `POST /api/v1/auth/two-factor` → `Me`. The code is an authenticator's or a recovery code. */
export const TwoFactorRequest = strictObject({ challenge: Type.String({ maxLength: 2_000 }), code: Code });

/**
 * `POST /api/v1/auth/registrations` → 202, whether the address has an account or not: a mail says which. Only where
 * registration is open and mail is sent.
 */
export const RegistrationRequest = strictObject({ email: Email });

/**
 * `POST /api/v1/auth/register` → 201 `Me`. With the token of the mail; where no mail is sent, with the address itself.
 * The account owns a new organization.
 */
export const RegisterRequest = strictObject({
  token: Type.Optional(LinkToken),
  email: Type.Optional(Email),
  name: PersonName,
  password: NewPassword,
  /** IANA name: where the new organization's days begin. Default: UTC. */
  timeZone: Type.Optional(Type.String({ maxLength: 64 })),
});

/** `POST /api/v1/auth/forgot` → 202, whether the address has an account or not. 404 where no mail is sent. */
export const ForgotRequest = strictObject({ email: Email });

/** `POST /api/v1/auth/reset` → 204. Ends all sessions. The link works once and for 30 minutes. */
export const ResetRequest = strictObject({ token: LinkToken, password: NewPassword });

/** `POST /api/v1/auth/confirm-email` → 204 */
export const ConfirmEmailRequest = strictObject({ token: LinkToken });

/**
 * `POST /api/v1/auth/openid/start` → `OpenIdAddress`. 404 where single sign-on is not set up, 503 while the provider does not
 * answer. `POST /api/v1/account/openid/link` with `PasswordProof` does the same for whoever is logged in.
 */
export const OpenIdStart = strictObject({
  /** Where to go then, below this installation. */
  redirect: Type.Optional(Type.String({ maxLength: 1_000, pattern: '^/([^/\\\\\\s][^\\\\\\s]*)?$' })),
  /** The token of an invitation that was followed. */
  invitation: Type.Optional(LinkToken),
  /** Of a new organization; IANA name. */
  timeZone: Type.Optional(Type.String({ maxLength: 64 })),
});

/** Where the browser goes. A cookie that lives for ten minutes knows it when it comes back. */
export const OpenIdAddress = Type.Object({ url: Type.String() });

/** Why somebody came back from the provider without being logged in: `problem` in the address of the page. */
export const OPENID_PROBLEMS = [
  'cancelled',
  'provider_failed',
  'expired',
  'email_unverified',
  'domain_not_allowed',
  'confirm_first',
  'linked_elsewhere',
  'other_address',
  'invitation_over',
  'no_account',
  'rate_limited',
  'failed',
] as const;

/** `GET /api/v1/account` */
export const Account = Type.Object({
  name: Type.String(),
  email: Type.String(),
  /** An address that was asked for and is not confirmed yet. */
  pendingEmail: nullable(Type.String()),
  /** False where the account was made by single sign-on: a password is set by the link of `POST …/auth/forgot`. */
  hasPassword: Type.Boolean(),
  passwordChangedAt: Instant,
  /** The provider's account that opens this one. */
  openId: nullable(Type.Object({ since: Instant, lastUsedAt: Instant })),
  twoFactor: nullable(Type.Object({ since: Instant, recoveryCodesLeft: Type.Integer() })),
});

/** `PATCH /api/v1/account` → `Account` */
export const AccountChange = strictObject({ name: PersonName });

/** `POST /api/v1/account/password` → 204. Ends all other sessions. */
export const PasswordChange = strictObject({ currentPassword: GivenPassword, newPassword: NewPassword });

/** `POST /api/v1/account/email` → `Account`. Where mail is sent, the address counts once it is confirmed. */
export const EmailChange = strictObject({ currentPassword: GivenPassword, email: Email });

/**
 * The current password alone: `POST /api/v1/account/two-factor` → `TwoFactorSetup`, `…/two-factor/off` → 204,
 * `…/two-factor/recovery-codes` → `RecoveryCodes`, `POST /api/v1/members/:userId/reset-link` → `ResetLink`.
 */
export const PasswordProof = strictObject({ currentPassword: GivenPassword });

/** What an authenticator needs. Counts when `POST /api/v1/account/two-factor/confirm` shows that it has it. */
export const TwoFactorSetup = Type.Object({
  /** Base32. */
  secret: Type.String(),
  /** `otpauth://totp/…`, for a QR code. */
  uri: Type.String(),
});

/** `POST /api/v1/account/two-factor/confirm` → `RecoveryCodes` */
export const TwoFactorConfirmation = strictObject({ code: Code });

/** Shown once. Each stands in for the authenticator once. */
export const RecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) });

export const SessionInfo = Type.Object({
  id: Type.String(),
  /** This is the session that asks. */
  current: Type.Boolean(),
  createdAt: Instant,
  lastUsedAt: Instant,
  address: nullable(Type.String()),
  userAgent: nullable(Type.String()),
});

/**
 * `GET /api/v1/account/sessions`. `DELETE …/sessions/:sessionId` ends one, `DELETE …/sessions` all of them, the one that
 * asks included.
 */
export const SessionList = Type.Object({ sessions: Type.Array(SessionInfo) });

/** What an administrator hands to a member who has forgotten the password. */
export const ResetLink = Type.Object({
  /** Under the installation's address. */
  path: Type.String(),
  expiresAt: Instant,
});

export type LoginRequest = Static<typeof LoginRequest>;
export type TwoFactorChallenge = Static<typeof TwoFactorChallenge>;
export type TwoFactorRequest = Static<typeof TwoFactorRequest>;
export type RegistrationRequest = Static<typeof RegistrationRequest>;
export type RegisterRequest = Static<typeof RegisterRequest>;
export type ForgotRequest = Static<typeof ForgotRequest>;
export type ResetRequest = Static<typeof ResetRequest>;
export type ConfirmEmailRequest = Static<typeof ConfirmEmailRequest>;
export type Account = Static<typeof Account>;
export type OpenIdStart = Static<typeof OpenIdStart>;
export type OpenIdAddress = Static<typeof OpenIdAddress>;
export type OpenIdProblem = (typeof OPENID_PROBLEMS)[number];
export type AccountChange = Static<typeof AccountChange>;
export type PasswordChange = Static<typeof PasswordChange>;
export type EmailChange = Static<typeof EmailChange>;
export type PasswordProof = Static<typeof PasswordProof>;
export type TwoFactorSetup = Static<typeof TwoFactorSetup>;
export type TwoFactorConfirmation = Static<typeof TwoFactorConfirmation>;
export type RecoveryCodes = Static<typeof RecoveryCodes>;
export type SessionInfo = Static<typeof SessionInfo>;
export type SessionList = Static<typeof SessionList>;
export type ResetLink = Static<typeof ResetLink>;
