import { readFileSync } from 'node:fs';
import Type, { type Static, type TObject, type TProperties, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { LOG_LEVELS } from './log.ts';

export type Environment = Record<string, string | undefined>;

/** Every problem of a configuration at once, one a line. */
export class ConfigError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** A secret: at least 16 characters, and not one that was copied from an example. */
export const Secret = () => Type.String({ minLength: 16, secret: true });

export const Port = (port: number) => Type.Integer({ minimum: 0, maximum: 65_535, default: port });

export const Switch = (value: boolean) => Type.Boolean({ default: value });

const PLACEHOLDER = /^(change.?me|changeit|placeholder|example|secret|password|your[-_ ]|x+$)/i;

/**
 * Reads one service's configuration. For each property `NAME` the value is the text of the file that `NAME_FILE` names,
 * else the variable `NAME`; an empty variable counts as not set. Booleans are `true` or `false`.
 * @throws {ConfigError} naming every variable that is missing or wrong, and what was expected.
 */
export function readConfig<P extends TProperties>(properties: P, env: Environment): Static<TObject<P>> {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries<TSchema>(properties)) {
    const text = readText(name, env, problems);
    if (text === undefined) {
      if ('default' in schema) config[name] = schema.default;
      else if (!Type.IsOptional(schema)) problems.push(`${name} is missing (${expectation(schema)})`);
      continue;
    }
    const value = Value.Convert(schema, text);
    if (!Value.Check(schema, value)) {
      problems.push(`${name} must be ${expectation(schema)}${isSecret(schema) ? '' : `, not ${JSON.stringify(text)}`}`);
    } else if (isSecret(schema) && PLACEHOLDER.test(text)) {
      problems.push(`${name} is a placeholder: set a random value of your own, or leave it out to have one generated`);
    } else {
      config[name] = value;
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as Static<TObject<P>>;
}

function readText(name: string, env: Environment, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return env[name] || undefined;
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    problems.push(`${name}_FILE: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}

const isSecret = (schema: TSchema) => 'secret' in schema;

function expectation(schema: TSchema): string {
  const s = schema as { type?: string; enum?: string[]; minLength?: number; minimum?: number; maximum?: number };
  if (s.enum) return `one of ${s.enum.join(', ')}`;
  if (isSecret(schema)) return `a secret of at least ${s.minLength} characters`;
  if (s.type === 'boolean') return 'true or false';
  if (s.type === 'integer') {
    const least = s.minimum === undefined ? '' : ` from ${s.minimum}`;
    return `a whole number${least}${s.maximum === undefined ? '' : ` to ${s.maximum}`}`;
  }
  return 'a text';
}

/** What every service that talks to the database needs. The password may come on its own, e.g. from a secret's file. */
export const databaseConfig = {
  DATABASE_URL: Type.String({ minLength: 1 }),
  DATABASE_PASSWORD: Type.Optional(Secret()),
  /** Two at least: some work asks on a second connection while it holds one. */
  DATABASE_POOL_SIZE: Type.Integer({ minimum: 2, maximum: 200, default: 10 }),
};

/** The password may come on its own here, too; `redisUrl` puts it in. */
export const redisConfig = {
  REDIS_URL: Type.String({ minLength: 1, default: 'redis://127.0.0.1:6379' }),
  REDIS_PASSWORD: Type.Optional(Secret()),
};

export const serverConfig = {
  HOST: Type.String({ minLength: 1, default: '127.0.0.1' }),
  /** Addresses or networks of the proxies whose X-Forwarded-For is believed, separated by commas. */
  TRUSTED_PROXIES: Type.String({ default: '' }),
};

export const logConfig = { LOG_LEVEL: Type.Enum([...LOG_LEVELS], { default: 'info' }) };

/** Where prices come from, and whether they may be fetched. */
export const pricingConfig = {
  AIR_GAPPED: Switch(false),
  PRICING_SYNC: Switch(true),
  PRICING_SYNC_URL: Type.String({
    minLength: 1,
    default: 'https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json',
  }),
};
