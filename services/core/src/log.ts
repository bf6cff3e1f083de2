import { type DestinationStream, type Logger, pino } from 'pino';

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
  const paths = SECRET_PATHS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*["x-api-key"]`]);
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...new Set(paths)], censor: '[hidden]' },
    },
    options.destination ?? pino.destination({ sync: false, minLength: 0 }),
  );
}
