import { type FieldProblem, PROBLEM_STATUS, type Problem, type ProblemCode } from './contract/problem.ts';

/** The one error class that reaches a user. Everything else is a defect and becomes `internal`. */
export class AppError extends Error {
  readonly code: ProblemCode;
  readonly fields: FieldProblem[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { fields?: FieldProblem[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return PROBLEM_STATUS[this.code];
  }
}

/** A request with one bad field. */
export function invalidField(field: string, message: string): AppError {
  return new AppError('invalid_request', `${field}: ${message}`, { fields: [{ field, message }] });
}

const TITLES: Record<ProblemCode, string> = {
  malformed_json: 'The body is not valid JSON',
  invalid_request: 'The request is not valid',
  unauthenticated: 'Not authenticated',
  wrong_credentials: 'Wrong email address or password',
  forbidden: 'Not allowed',
  insufficient_scope: 'The key is not for this',
  project_archived: 'The project is archived',
  not_found: 'Not found',
  conflict: 'Conflict',
  setup_done: 'The installation already has an owner',
  sole_owner: 'An organization would be left without an owner',
  confirmation_required: 'This deletes something: confirm it',
  payload_too_large: 'The body is too large',
  unsupported_media_type: 'Unsupported media type',
  query_too_slow: 'The query takes too long',
  export_too_large: 'Too many rows for one reply',
  rate_limited: 'Too many requests',
  internal: 'Internal error',
  unavailable: 'Temporarily unavailable',
};

/** The body that an error becomes. Details of an unexpected error stay in the log. */
export function toProblem(error: AppError, requestId: string): Problem {
  return {
    type: 'about:blank',
    title: TITLES[error.code],
    status: error.status,
    code: error.code,
    detail: error.message,
    ...(error.fields ? { errors: error.fields } : {}),
    requestId,
  };
}
