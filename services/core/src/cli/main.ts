/**
 * The `tokengrip` command. Each subcommand is loaded when it is asked for, so that one that needs no database does not
 * wait for the code of those that do.
 */
import { ConfigError } from '../config.ts';
import { AppError } from '../errors.ts';

interface Command {
  summary: string;
  /** @returns the exit code */
  run(args: string[]): Promise<number>;
}

const { stdin, stdout, stderr, env } = process;

const COMMANDS: Record<string, Command> = {
  'create-key': {
    summary: 'make an API key and print it',
    run: async (args) => (await import('./create-key.ts')).createKeyCommand({ stdout, stderr, args, env }),
  },
  'reset-link': {
    summary: 'make a one-time link for a new password',
    run: async (args) => (await import('./reset-link.ts')).resetLinkCommand({ stdout, stderr, args, env }),
  },
  price: {
    summary: 'price usage records from standard input, without a database',
    run: async (args) => (await import('./price.ts')).priceCommand({ stdin, stdout, stderr, args }),
  },
  prices: {
    summary: 'import, sync and look at the price list',
    run: async (args) => (await import('./prices.ts')).pricesCommand({ stdout, stderr, args, env }),
  },
  recost: {
    summary: 'price past records again, or undo it',
    run: async (args) => (await import('./recost.ts')).recostCommand({ stdout, stderr, args, env }),
  },
  'check-rollups': {
    summary: 'compare the dashboard’s sums with the records, and repair them',
    run: async (args) => (await import('./check-rollups.ts')).checkRollupsCommand({ stdout, stderr, args, env }),
  },
  migrate: {
    summary: 'bring the database to the newest state',
    run: async (args) => (await import('./migrate.ts')).migrateCommand({ stdout, stderr, args, env }),
  },
};

const USAGE = `usage: tokengrip <command> [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(15)}${summary}`)
  .join('\n')}

tokengrip <command> --help says more about one of them.
`;

async function main([name, ...args]: string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    stdout.write(USAGE);
    return 0;
  }
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command.run(args);
  stderr.write(name === undefined ? USAGE : `There is no command ${JSON.stringify(name)}.\n\n${USAGE}`);
  return 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof AppError;
  stderr.write(`${expected ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
}
