import fc from 'fast-check';
import type { OpenApiDocument, OpenApiOperation } from '../document.ts';

type Json = Record<string, unknown>;

interface AnyRequest {
  path: string;
  body: unknown;
}

const LONGEST_TEXT = 40;
/** A SHA-256 in hexadecimal digits. */
const LONGEST_PATTERN = 64;
const NASTY_TEXT = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '😀',
  "'; drop table users; --",
  '%',
  '../..',
  '__proto__',
  'x'.repeat(5_000),
];
const NASTY_TIME = [
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-02-30T00:00:00Z',
  '2026-06-30T23:59:60Z',
  '1969-12-31T23:59:59.999Z',
  '2026-08-01T00:00:00+23:59',
];
const NASTY_NUMBER = [-1, 0, 0.5, 1e21, -(2 ** 31), 2 ** 31, 2 ** 53, Number.MIN_VALUE];
const nasty = fc.oneof(
  fc.constantFrom<unknown>(...NASTY_TEXT, ...NASTY_TIME, ...NASTY_NUMBER, null, true, [], {}, [[]], { a: { b: null } }),
  fc.jsonValue(),
);

/** Requests of an operation: most as its schemas allow, some with a part that they do not. */
export function anyRequest(
  document: OpenApiDocument,
  path: string,
  operation: OpenApiOperation,
): fc.Arbitrary<AnyRequest> {
  const value = (schema: Json, wild = 4) =>
    fc.oneof({ weight: 20, arbitrary: valid(schema) }, { weight: wild, arbitrary: nasty });
  const { schemas } = document.components;

  function valid(schema: Json): fc.Arbitrary<unknown> {
    if (typeof schema.$ref === 'string') return valid(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
    if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
    if ('const' in schema) return fc.constant(schema.const);
    if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map((one) => valid(one as Json)));
    switch (schema.type) {
      case 'string':
        return text(schema);
      case 'integer':
        return fc.integer({
          min: Number(schema.minimum ?? -1_000),
          max: Math.min(Number(schema.maximum ?? 1_000), 2 ** 31 - 1),
        });
      case 'number':
        return fc.double({ min: Number(schema.minimum ?? -1e6), max: Number(schema.maximum ?? 1e6), noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return fc.array(value((schema.items ?? {}) as Json, 1), {
          minLength: Number(schema.minItems ?? 0),
          maxLength: Math.min(Number(schema.maxItems ?? 3), 3),
        });
      case 'object':
        return object(schema);
      default:
        return fc.jsonValue();
    }
  }

  function text({ format, pattern, minLength = 0, maxLength }: Json): fc.Arbitrary<string> {
    if (format === 'date-time') {
      const date = fc.date({ min: new Date('2026-07-01'), max: new Date('2026-09-01'), noInvalidDate: true });
      return fc.oneof({ weight: 9, arbitrary: date.map((time) => time.toISOString()) }, fc.constantFrom(...NASTY_TIME));
    }
    if (format === 'email') return fc.emailAddress();
    if (typeof pattern === 'string')
      return fc.stringMatching(new RegExp(pattern), { maxLength: Number(maxLength ?? LONGEST_PATTERN) });
    const plain = fc.string({
      minLength: Number(minLength),
      maxLength: Math.min(Number(maxLength ?? LONGEST_TEXT), LONGEST_TEXT),
      unit: 'binary',
    });
    return fc.oneof({ weight: 6, arbitrary: plain }, fc.constantFrom(...NASTY_TEXT));
  }

  function object({ properties = {}, required = [], patternProperties }: Json): fc.Arbitrary<unknown> {
    const [any] = Object.values((patternProperties ?? {}) as Json);
    if (any) return fc.dictionary(fc.string({ maxLength: 10 }), valid(any as Json), { maxKeys: 3 });
    const entries = Object.entries(properties as Json).map(([name, schema]) => [name, value(schema as Json, 1)]);
    return fc.record(Object.fromEntries(entries), { requiredKeys: required as never[] });
  }

  const parameters = (where: 'path' | 'query') =>
    fc.record(
      Object.fromEntries(
        operation.parameters.filter((one) => one.in === where).map(({ name, schema }) => [name, value(schema)]),
      ),
      { requiredKeys: operation.parameters.filter((one) => one.in === where && one.required).map(({ name }) => name) },
    ) as fc.Arbitrary<Record<string, unknown>>;
  const bodySchema = operation.requestBody?.content['application/json']?.schema;

  return fc
    .record({
      path: parameters('path'),
      query: parameters('query'),
      body: bodySchema ? value(bodySchema, 2) : fc.constant(undefined),
    })
    .map((drawn) => ({
      path: fillPath(path, drawn.path) + queryText(drawn.query),
      body: drawn.body,
    }));
}

export const fillPath = (path: string, values: Record<string, unknown>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encode(values[name]) || '-');

function queryText(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${name}=${encode(one)}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E');
}
