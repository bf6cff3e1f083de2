import Type, { type Static } from 'typebox';

/**
 * The closed set of error codes. Programs match on the code, people read the detail; codes are never renamed.
 * The HTTP status of each is fixed.
 */
export const PROBLEM_STATUS = {
  malformed_json: 400,
  invalid_request: 400,
  unauthenticated: 401,
  wrong_credentials: 401,
  forbidden: 403,
  insufficient_scope: 403,
  project_archived: 403,
  not_found: 404,
  conflict: 409,
  setup_done: 409,
  sole_owner: 409,
  confirmation_required: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  query_too_slow: 422,
  export_too_large: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEM_STATUS;

export const FieldProblem = Type.Object({
  /** Path of the offending value, e.g. `records[3].usage.input` or `email`. */
  field: Type.String(),
  /** What was expected, as a sentence. */
  message: Type.String(),
});

/** The body of every error, as RFC 9457 (`application/problem+json`). */
export const Problem = Type.Object({
  type: Type.Literal('about:blank'),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.Enum(Object.keys(PROBLEM_STATUS) as ProblemCode[]),
  detail: Type.String(),
  errors: Type.Optional(Type.Array(FieldProblem)),
  requestId: Type.Optional(Type.String()),
});

export type FieldProblem = Static<typeof FieldProblem>;
export type Problem = Static<typeof Problem>;
