/**
 * The `price` command: usage records in, costs out, one JSON object a line. No database, no network.
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { APPROXIMATIONS, UNPRICED_REASONS } from '../cost/approximations.ts';
import { type Catalog, createCatalog } from '../cost/catalog.ts';
import { MATCH_RULES } from '../cost/model-index.ts';
import { parsePriceFile } from '../cost/price-file.ts';
import { READ_APPROXIMATIONS } from '../usage/approximations.ts';
import { priceLine } from './price-line.ts';

interface PriceCommandIo {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  /** The arguments after `price`. */
  args: readonly string[];
}

const SHIPPED_PRICES = fileURLToPath(new URL('../../prices/snapshot.json', import.meta.url));

const USAGE = `usage: price [--prices FILE] [--explain] [--reasons] < records.jsonl > costs.jsonl

Prices one usage record a line:
  {"source": "openai.chat", "model": "gpt-5.4", "usage": {"prompt_tokens": 1200, "completion_tokens": 80}}

  --prices FILE  a price list: LiteLLM's model_prices_and_context_window.json or our own snapshot form;
                 without it the shipped prices
  --explain      adds the lines of the bill: quantity, rate, amount
  --reasons      what the reasons and rules in the output mean
  --help         this text
`;

/** Output is written in pieces of this size. */
const CHUNK_CHARACTERS = 64 * 1024;

/** Reads records from `stdin` until it ends, and returns the exit code: 0, or 2 where the arguments are wrong. */
export async function priceCommand({ stdin, stdout, stderr, args }: PriceCommandIo): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    stderr.write(`${options}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    stdout.write(USAGE);
    return 0;
  }
  if (options.reasons) {
    stdout.write(describeReasons());
    return 0;
  }
  const prices = await loadPrices(options.prices ?? SHIPPED_PRICES);
  if (typeof prices === 'string') {
    stderr.write(`${prices}\n`);
    return 2;
  }
  for (const note of prices.notes) stderr.write(`${note}\n`);
  const lines = priceLines(stdin, (line) => priceLine(prices.catalog, line, options.explain));
  try {
    // Waits where `stdout` is slower, so that the memory does not fill with what nobody has read.
    await pipeline(lines, stdout, { end: false });
  } catch (error) {
    if (!isClosedPipe(error)) throw error;
  }
  return 0;
}

async function* priceLines(stdin: Readable, price: (line: string) => string): AsyncGenerator<string> {
  let pending = '';
  for await (const line of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    pending += `${price(line)}\n`;
    if (pending.length < CHUNK_CHARACTERS) continue;
    yield pending;
    pending = '';
  }
  if (pending !== '') yield pending;
}

/** A reader that has seen enough, such as `head`, closes the pipe; that is no failure. */
function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

function describeReasons(): string {
  const sections = {
    'unpriced, reason': UNPRICED_REASONS,
    'matchedBy, in the order in which it is tried': MATCH_RULES,
    'approximate, because of the usage': READ_APPROXIMATIONS,
    'approximate, because of the price': APPROXIMATIONS,
  };
  return Object.entries(sections)
    .map(([title, reasons]) => {
      const lines = Object.entries(reasons).map(([name, meaning]) => `  ${name}\n      ${meaning}`);
      return `${title}:\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

interface PriceOptions {
  prices?: string;
  explain: boolean;
  reasons: boolean;
  help: boolean;
}

function readOptions(args: readonly string[]): PriceOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        prices: { type: 'string' },
        explain: { type: 'boolean', default: false },
        reasons: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function loadPrices(file: string): Promise<{ catalog: Catalog; notes: string[] } | string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return `cannot read ${file}`;
  }
  const parsed = parsePriceFile(text);
  if (parsed.status === 'refused') return `${file} is no price list: ${parsed.reason}`;
  const versionId = parsed.edition ?? file;
  const catalog = createCatalog([...parsed.entries].map(([key, entry]) => ({ key, versionId, entry })));
  const notes = parsed.refused.map(({ key, reason, field }) => `${file}: ${key} left out: ${field} ${reason}`);
  return { catalog, notes };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { stdin, stdout, stderr, argv } = process;
  process.exitCode = await priceCommand({ stdin, stdout, stderr, args: argv.slice(2) });
}
