import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

export type Log = Logger;

/** Never written, wherever they stand in what is logged. */
const SECRET_PATHS = [
  'password',
  'secret',
  'authorization',
  'cookie',
  'apiKey',
  'token',
  'prompt',
  'response',
  'content',
];

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Structured logs, one JSON object a line, on standard output unless a destination is given. */
export function createLog(options: { service: string; level: LogLevel; destination?: DestinationStream }): Log {
  const paths = SECRET_PATHS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: serializeError },
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...paths, '["x-api-key"]', '*["x-api-key"]', '*.*["x-api-key"]'], censor: '[hidden]' },
    },
    options.destination ?? pino.destination({ sync: false, minLength: 0 }),
  );
}

/** What Postgres says about an error may quote whole rows, and with them what people wrote. */
const QUOTES_DATA = new Set(['detail', 'where', 'internalQuery', 'parameters', 'query', 'aggregateErrors']);

function serializeError(error: Error): Record<string, unknown> {
  const serialized = stdSerializers.err(error) as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.entries(serialized).filter(([name]) => !QUOTES_DATA.has(name)));
}
