import Type, { type Static } from 'typebox';
import { Email, Me, PersonName, ROLES } from './accounts.ts';
import { Id, Instant, nullable, strictObject } from './common.ts';

/** A role as a request or a reply names it. */
const RoleName = Type.Enum([...ROLES]);

export const PLANS = ['free', 'pro', 'enterprise'] as const;
const Plan = Type.Enum([...PLANS]);

const Days = Type.Integer({ minimum: 1, maximum: 3_650 });

/**
 * A session acts for one organization, the current one; `POST /organization/switch` changes which. A request may name
 * another of the person's in this header, so that two tabs can show two. Personal tokens and keys belong to one.
 */
export const ORGANIZATION_HEADER = 'x-tokengrip-organization';

/** `GET /api/v1/organizations`: those of the person who asks. */
export const OrganizationList = Type.Object({
  organizations: Type.Array(
    Type.Object({ id: Id, name: Type.String(), role: RoleName, current: Type.Boolean(), createdAt: Instant }),
  ),
});

/** `POST /api/v1/organizations` → `Me`, there. Owners and admins may, and everybody where registration is open. */
export const NewOrganization = strictObject({
  name: PersonName,
  timeZone: Type.Optional(Type.String({ maxLength: 64 })),
});

/** `POST /api/v1/organization/switch` → `Me` */
export const OrganizationSwitch = strictObject({ organizationId: Id });

/** `GET /api/v1/organization` */
export const Organization = Type.Object({
  id: Id,
  name: Type.String(),
  timeZone: Type.String(),
  createdAt: Instant,
  plan: Plan,
  retentionDays: Days,
  /** The most days that each plan keeps records here, as the operator limits them. */
  maxRetentionDays: Type.Object({ free: Days, pro: Days, enterprise: Days }),
});

/** `POST /api/v1/organization/transfer` → `Me`. The new owner is a member; the old one becomes an admin. */
export const OwnershipTransfer = strictObject({ userId: Id });

/** `DELETE /api/v1/organization` → `Deletion`. The name is typed again, so that nobody deletes the wrong one. */
export const OrganizationDeletion = strictObject({ name: Type.String() });

/** `GET /api/v1/organization/retention/preview?retentionDays=`, what keeping records for so long deletes. */
export const RetentionQuery = Type.Object({ retentionDays: Days });
export const RetentionPreview = Type.Object({
  retentionDays: Days,
  /** Records that are older. They go at the next purge, within a day. */
  records: Type.Integer(),
  oldest: nullable(Instant),
  /** Records before this moment go. */
  before: Instant,
});

/**
 * `PUT /api/v1/organization/retention` → `Organization`. What deletes records needs `confirmed`; without it the reply is
 * `confirmation_required` and says how many.
 */
export const RetentionChange = strictObject({ retentionDays: Days, confirmed: Type.Optional(Type.Boolean()) });

/** `PUT /api/v1/organization/plan` → `Organization`. Days that the plan does not keep are cut, with confirmation. */
export const PlanChange = strictObject({
  plan: Plan,
  retentionDays: Type.Optional(Days),
  confirmed: Type.Optional(Type.Boolean()),
});

/** `GET /api/v1/members` */
export const Member = Type.Object({
  userId: Id,
  name: Type.String(),
  email: Type.String(),
  role: RoleName,
  joinedAt: Instant,
  /** Whether a code is asked for when they log in. */
  twoFactor: Type.Boolean(),
});
export const MemberList = Type.Object({ members: Type.Array(Member) });

/** `PATCH /api/v1/members/:userId` → `Member` */
export const MemberChange = strictObject({ role: RoleName });

/** `GET /api/v1/invitations` */
export const Invitation = Type.Object({
  id: Id,
  email: Type.String(),
  role: RoleName,
  invitedBy: nullable(Type.String()),
  createdAt: Instant,
  expiresAt: Instant,
});
export const InvitationList = Type.Object({ invitations: Type.Array(Invitation) });

/** `POST /api/v1/invitations`; `POST /api/v1/invitations/:invitationId/resend` makes a new link. */
export const NewInvitation = strictObject({ email: Email, role: RoleName });
export const CreatedInvitation = Type.Object({
  invitation: Invitation,
  /** The path of the link, with its secret. Shown this once: only its hash is kept. */
  path: Type.String(),
  /** A mail with the link was queued as well. */
  mailed: Type.Boolean(),
});

/** `POST /api/v1/auth/invitation`: what a link is for. No log-in needed. */
export const InvitationToken = strictObject({ token: Type.String({ minLength: 1, maxLength: 200 }) });
export const InvitationOffer = Type.Object({
  organizationName: Type.String(),
  email: Type.String(),
  role: RoleName,
  expiresAt: Instant,
  /** The address has an account: its password is asked for, and no name. */
  hasAccount: Type.Boolean(),
});

/**
 * `POST /api/v1/auth/invitation/accept`. Whoever is logged in with the invited address sends the token alone. Otherwise the
 * password is the account's, or, with a name, that of the new account.
 */
export const AcceptInvitation = strictObject({
  token: Type.String({ minLength: 1, maxLength: 200 }),
  name: Type.Optional(PersonName),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
});
/** `me` is absent where the account is to log in next, as it may be asked for a code. */
export const AcceptedInvitation = Type.Object({ me: Type.Optional(Me) });

export const KEY_SCOPES = ['ingest', 'read'] as const;

/** `POST /api/v1/projects/:projectId/keys/:keyId/rotate` → `CreatedApiKey`: a new key; the old one works on for so long. */
export const KeyRotation = strictObject({ overlapHours: Type.Integer({ minimum: 0, maximum: 24 * 30 }) });

/** `GET /api/v1/tokens`: the personal access tokens of who asks, for the read API of one organization. */
export const PersonalToken = Type.Object({
  id: Id,
  name: Type.String(),
  prefix: Type.String(),
  createdAt: Instant,
  expiresAt: nullable(Instant),
  lastUsedAt: nullable(Instant),
});
export const PersonalTokenList = Type.Object({ tokens: Type.Array(PersonalToken) });

/** `POST /api/v1/tokens` */
export const NewPersonalToken = strictObject({ name: PersonName, expiresAt: Type.Optional(nullable(Instant)) });
/** The only reply that ever carries the token itself. */
export const CreatedPersonalToken = Type.Object({ token: PersonalToken, secret: Type.String() });

/** `GET /api/v1/audit-log`, the newest first. */
export const AuditQuery = Type.Object({
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  userId: Type.Optional(Id),
  /** An action, e.g. `key.revoked`, or all of one kind, e.g. `key`. */
  action: Type.Optional(Type.String({ maxLength: 64, pattern: '^[a-z_]+(\\.[a-z_]+)?$' })),
  cursor: Type.Optional(Type.String({ maxLength: 32, pattern: '^\\d+$' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});
export const AuditLine = Type.Object({
  id: Type.String(),
  at: Instant,
  actor: Type.Object({
    kind: Type.Enum(['user', 'key', 'system']),
    /** Null for somebody whose account was deleted. */
    id: nullable(Id),
    name: nullable(Type.String()),
    address: nullable(Type.String()),
  }),
  action: Type.String(),
  target: Type.Object({ kind: Type.String(), id: nullable(Id), name: nullable(Type.String()) }),
  /** The changed fields before and after. */
  before: nullable(Type.Record(Type.String(), Type.Unknown())),
  after: nullable(Type.Record(Type.String(), Type.Unknown())),
});
/** `GET /api/v1/audit-log/actions`: those that the log tells of, to filter by. */
export const AuditActionList = Type.Object({ actions: Type.Array(Type.String()) });
export const AuditPage = Type.Object({ lines: Type.Array(AuditLine), nextCursor: nullable(Type.String()) });

/** `GET /api/v1/deletions`, `GET /api/v1/deletions/:deletionId`. That of an organization is gone with it. */
export const Deletion = Type.Object({
  id: Id,
  kind: Type.Enum(['organization', 'project', 'person']),
  projectId: nullable(Id),
  mode: nullable(Type.Enum(['erase', 'delete'])),
  subjectKind: nullable(Type.Enum(['user', 'customer'])),
  state: Type.Enum(['queued', 'running', 'done', 'failed']),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  records: Type.Integer(),
  createdAt: Instant,
  finishedAt: nullable(Instant),
});
export const DeletionList = Type.Object({ deletions: Type.Array(Deletion) });

const Subject = {
  subjectKind: Type.Enum(['user', 'customer']),
  /** As the records have it. */
  subject: Type.String({ minLength: 1, maxLength: 1_024 }),
  projectId: Type.Optional(Id),
};

/** `POST /api/v1/privacy/preview`: how many records are somebody's. A body, so that no log keeps who. */
export const PrivacySubject = strictObject(Subject);
export const PrivacyPreview = Type.Object({
  records: Type.Integer(),
  first: nullable(Instant),
  last: nullable(Instant),
});

/**
 * `POST /api/v1/privacy/requests` → `Deletion`. `erase` takes identity, session, tags, raw usage and texts out of the records and
 * keeps what they cost; `delete` deletes the records, and their cost with them. A customer is kept when one of its users is
 * erased, unless it has the same name.
 */
export const PrivacyRequest = strictObject({ ...Subject, mode: Type.Enum(['erase', 'delete']) });

/** `DELETE /api/v1/account`, `DELETE /api/v1/projects/:projectId` */
export const AccountDeletion = strictObject({ currentPassword: Type.String({ maxLength: 1_000 }) });
export const ProjectDeletion = strictObject({ name: Type.String() });

export type OrganizationList = Static<typeof OrganizationList>;
export type Organization = Static<typeof Organization>;
export type Plan = (typeof PLANS)[number];
export type RetentionPreview = Static<typeof RetentionPreview>;
export type Member = Static<typeof Member>;
export type MemberList = Static<typeof MemberList>;
export type Invitation = Static<typeof Invitation>;
export type InvitationList = Static<typeof InvitationList>;
export type CreatedInvitation = Static<typeof CreatedInvitation>;
export type InvitationOffer = Static<typeof InvitationOffer>;
export type AcceptedInvitation = Static<typeof AcceptedInvitation>;
export type PersonalToken = Static<typeof PersonalToken>;
export type PersonalTokenList = Static<typeof PersonalTokenList>;
export type CreatedPersonalToken = Static<typeof CreatedPersonalToken>;
export type AuditQuery = Static<typeof AuditQuery>;
export type AuditLine = Static<typeof AuditLine>;
export type AuditActionList = Static<typeof AuditActionList>;
export type AuditPage = Static<typeof AuditPage>;
export type Deletion = Static<typeof Deletion>;
export type DeletionList = Static<typeof DeletionList>;
export type PrivacySubject = Static<typeof PrivacySubject>;
export type PrivacyRequest = Static<typeof PrivacyRequest>;
export type PrivacyPreview = Static<typeof PrivacyPreview>;
export type KeyScope = (typeof KEY_SCOPES)[number];
