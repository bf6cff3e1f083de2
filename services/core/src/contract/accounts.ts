import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject } from './common.ts';

export const Email = Type.String({ format: 'email', maxLength: 254 });
export const PersonName = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });
/** bcrypt reads 72 bytes; a longer password is hashed before it, so that none of it is ignored. */
export const NewPassword = Type.String({ minLength: 10, maxLength: 1_000 });

export const ROLES = ['owner', 'admin', 'member', 'viewer'] as const;

/** `GET /api/v1/status`: what the page must know before anybody is logged in. */
export const InstallationStatus = Type.Object({
  version: Type.String(),
  /** No account exists: the first-run page creates the owner's. */
  setupRequired: Type.Boolean(),
  /** The session cookie is marked Secure, which a browser refuses on a plain-http origin other than localhost. */
  cookieSecure: Type.Boolean(),
  airGapped: Type.Boolean(),
  /** Anybody may register, and gets an organization of their own. */
  openRegistration: Type.Boolean(),
  /** The installation sends mail: addresses are confirmed, and forgotten passwords are replaced by a link. */
  sendsMail: Type.Boolean(),
  /** People may log in by a provider of OpenID Connect, and what it is called here. */
  openId: nullable(Type.Object({ name: Type.String() })),
});

/** `POST /api/v1/auth/setup` */
export const SetupRequest = strictObject({
  email: Email,
  name: PersonName,
  password: NewPassword,
  /** IANA name, e.g. `Europe/Berlin`: where the organization's days begin. Default: UTC. */
  timeZone: Type.Optional(Type.String({ maxLength: 64 })),
});

export const Project = Type.Object({
  id: Id,
  name: Type.String(),
  /** Holds generated sample data and is removed with one click. */
  demo: Type.Boolean(),
  captureContent: Type.Boolean(),
  /** Takes no records any more; its figures stay. */
  archivedAt: nullable(Instant),
  createdAt: Instant,
});

/** `GET /api/v1/me`, and the reply to setting up and logging in. */
export const Me = Type.Object({
  user: Type.Object({ id: Id, email: Type.String(), name: Type.String() }),
  organization: Type.Object({ id: Id, name: Type.String(), timeZone: Type.String() }),
  role: Type.Enum([...ROLES]),
  /** What the role allows, e.g. `keys.manage`. */
  permissions: Type.Array(Type.String()),
  projects: Type.Array(Project),
});

/** `PATCH /api/v1/organization` → `Me` */
export const OrganizationChange = strictObject({
  name: Type.Optional(PersonName),
  /** IANA name. Every day, week and month begins there from now on, past ones included. */
  timeZone: Type.Optional(Type.String({ maxLength: 64 })),
});

/** `POST /api/v1/projects`, `PATCH /api/v1/projects/:projectId` */
export const NewProject = strictObject({ name: PersonName });
export const ProjectChange = strictObject({
  name: Type.Optional(PersonName),
  captureContent: Type.Optional(Type.Boolean()),
  archived: Type.Optional(Type.Boolean()),
});

/** `GET /api/v1/projects/:projectId/keys` → `{keys: ApiKey[]}` */
export const ApiKey = Type.Object({
  id: Id,
  name: Type.String(),
  /** The first characters, enough to recognize it. */
  prefix: Type.String(),
  /** `ingest`: sends usage. `read`: reads the figures and records of its project. */
  scopes: Type.Array(Type.Enum(['ingest', 'read'])),
  createdAt: Instant,
  lastUsedAt: nullable(Instant),
  expiresAt: nullable(Instant),
  revokedAt: nullable(Instant),
});
export const ApiKeyList = Type.Object({ keys: Type.Array(ApiKey) });

/** `POST /api/v1/projects/:projectId/keys` */
export const NewApiKey = strictObject({
  name: PersonName,
  /** Default: `ingest`. */
  scopes: Type.Optional(Type.Array(Type.Enum(['ingest', 'read']), { minItems: 1, maxItems: 2, uniqueItems: true })),
  expiresAt: Type.Optional(nullable(Instant)),
});
/** The only reply that ever carries the key itself. */
export const CreatedApiKey = Type.Object({ key: ApiKey, secret: Type.String() });

/** `GET /api/v1/sample-data`, `POST` to load, `DELETE` to remove. */
export const SampleDataState = Type.Object({
  state: Type.Enum(['absent', 'loading', 'loaded', 'removing', 'failed']),
  projectId: nullable(Id),
  /** 0 to 1 while loading or removing. */
  progress: Type.Number({ minimum: 0, maximum: 1 }),
});

export type InstallationStatus = Static<typeof InstallationStatus>;
export type Role = (typeof ROLES)[number];
export type Project = Static<typeof Project>;
export type Me = Static<typeof Me>;
export type ApiKey = Static<typeof ApiKey>;
export type ApiKeyList = Static<typeof ApiKeyList>;
export type CreatedApiKey = Static<typeof CreatedApiKey>;
export type SampleDataState = Static<typeof SampleDataState>;
export type SetupRequest = Static<typeof SetupRequest>;
