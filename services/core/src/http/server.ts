import type { IncomingMessage } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifySchemaCompiler,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { AppError, toProblem } from '../errors.ts';
import type { Log } from '../log.ts';
import { fieldProblems } from './field-problems.ts';

export interface ServerOptions {
  log: Log;
  bodyLimitBytes: number;
  /** Addresses or networks whose X-Forwarded-For is believed. None: the peer's own address counts. */
  trustedProxies: string[];
  /** Longest time for a request to arrive whole, so that a slow sender cannot hold a connection. */
  requestTimeoutMs?: number;
}

/**
 * How long requests under way have when the server closes. Idle connections end at once, but one that was opened and has
 * not asked for anything yet does not count as idle, and would hold up the end for a minute.
 */
const CLOSE_GRACE_MS = 5_000;

/**
 * A Fastify server as every service of the suite has it: problem+json for every error, TypeBox schemas as validators,
 * request ids, structured logs without bodies or addresses' queries.
 */
export function createServer(options: ServerOptions): Server {
  const server = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    // A child logger with serializers of its own costs more than the rest of a small request; an error names its request.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimitBytes,
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    requestTimeout: options.requestTimeoutMs ?? 60_000,
    connectionTimeout: 0,
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // A property of that name is left out, as if it were not known: one record must not cost its neighbours.
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
    genReqId: () => crypto.randomUUID(),
    // What the router refuses before there is a route.
    frameworkErrors: (error, request, reply) => {
      const known =
        error.code === 'FST_ERR_MAX_PARAM_LENGTH'
          ? new AppError('not_found', 'A part of the address is longer than any that exists')
          : new AppError('invalid_request', 'The address is not validly encoded');
      // There is no route yet, nor a type of its replies.
      void (reply as unknown as FastifyReply)
        .code(known.status)
        .type('application/problem+json')
        .send(toProblem(known, request.id));
    },
  });
  // Everything here is JSON; a text that happens to look like it is a mistake of the sender.
  server.removeContentTypeParser('text/plain');
  server.setValidatorCompiler(validatorCompiler);
  server.setErrorHandler(async (error: FastifyError | AppError, request, reply) => {
    const known = asAppError(error);
    if (known.code === 'payload_too_large') await drain(request.raw);
    if (known.code === 'internal') {
      request.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'request failed');
    }
    if (known.retryAfterSeconds !== undefined) reply.header('retry-after', String(known.retryAfterSeconds));
    return reply.code(known.status).type('application/problem+json').send(toProblem(known, request.id));
  });
  server.addHook('preClose', async () => {
    setTimeout(() => server.server.closeAllConnections(), CLOSE_GRACE_MS).unref();
  });
  server.setNotFoundHandler((request, reply) => {
    const error = new AppError('not_found', `There is no ${request.method} ${request.url.split('?')[0]}`);
    return reply.code(404).type('application/problem+json').send(toProblem(error, request.id));
  });
  return server.withTypeProvider<TypeBoxTypeProvider>();
}

const MOST_DRAINED_BYTES = 256 * 1024 * 1024;
const LONGEST_DRAIN_MS = 10_000;

/**
 * Reads what is left of a body, and forgets it. A connection that is closed while its sender still sends is reset, and the
 * answer may be lost on the way: a proxy in between then says that the service is away, and the sender tries again.
 */
function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let seen = 0;
    const done = () => {
      clearTimeout(timer);
      request.off('data', count);
      resolve();
    };
    const count = (chunk: Buffer) => {
      seen += chunk.length;
      if (seen > MOST_DRAINED_BYTES) done();
    };
    const timer = setTimeout(done, LONGEST_DRAIN_MS);
    for (const event of ['end', 'error', 'close'] as const) request.once(event, done);
    request.on('data', count).resume();
  });
}

/** A server whose handlers have the types of their routes' schemas. */
export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Separated by commas in the configuration. */
export const parseProxies = (list: string): string[] =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/**
 * Bodies are taken as they are; texts of the query string and of paths are converted to what the schema says, and
 * defaults filled in.
 */
const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (data: unknown) => {
    const value = httpPart === 'body' ? data : Value.Convert(schema, Value.Default(schema, { ...(data as object) }));
    if (validator.Check(value)) return { value };
    const fields = fieldProblems(validator.Errors(value));
    const [first] = fields;
    const detail = first
      ? [first.field, first.message].filter(Boolean).join(' ')
      : 'The request does not have the expected form';
    return { error: new AppError('invalid_request', detail, { fields }) };
  };
};

/** What a user is told of an error: whatever is not known becomes `internal`. */
export function asAppError(error: FastifyError | AppError): AppError {
  if (error instanceof AppError) return error;
  if (isAway(error)) {
    return new AppError('unavailable', 'The database cannot be reached; try again', {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  switch (error.code) {
    case '57014': // the statement time-out of who serves people
      return new AppError(
        'query_too_slow',
        'The query takes too long: choose a shorter period, fewer projects, or leave out filters and groups by user, ' +
          'customer, session or tag',
        { cause: error },
      );
    case '22021': // a character, a number or a time that the database does not have
    case '22P05':
    case '22003':
    case '22008':
      return new AppError('invalid_request', 'A value of the request is not one that can be stored or looked for', {
        cause: error,
      });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new AppError('malformed_json', 'The body must be valid JSON');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError('payload_too_large', 'The body is larger than this server accepts; send smaller batches');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError('unsupported_media_type', 'The content type must be application/json');
    default:
  }
  if (error.statusCode === 429) return new AppError('rate_limited', error.message);
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('invalid_request', error.message);
  }
  return new AppError('internal', 'Something went wrong on the server; the log has the details', { cause: error });
}

const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '53100',
  '08006',
  '08001',
]);

/** Whether the database is stopped, starting, full or out of reach, rather than the statement wrong. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && AWAY.has(code)) return true;
  if (error instanceof AggregateError) return error.errors.some(isAway);
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    error.message,
  );
}

/** `/healthz`: the process answers. `/readyz`: it can do its work. */
export function addHealthRoutes(server: Server, checkReady: () => Promise<void>): void {
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', async () => {
    await checkReady();
    return { status: 'ready' };
  });
}
