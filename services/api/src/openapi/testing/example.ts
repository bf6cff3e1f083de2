type Json = Record<string, unknown>;

/** Values that a request should have, by the name of the parameter or property, wherever it allows them. */
export type Given = Readonly<Record<string, unknown>>;

/** The least value that a schema allows: required properties only, and those that are given. */
export function exampleOf(schema: Json, schemas: Record<string, Json>, given: Given = {}): unknown {
  if (typeof schema.$ref === 'string')
    return exampleOf(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas, given);
  if (Array.isArray(schema.examples)) return schema.examples[0];
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.anyOf)) return exampleOf(schema.anyOf[0] as Json, schemas, given);
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
    case 'number':
      return Number(schema.minimum ?? 1);
    case 'boolean':
      return false;
    case 'array':
      return Array.from({ length: Number(schema.minItems ?? 0) }, () =>
        exampleOf((schema.items ?? {}) as Json, schemas, given),
      );
    case 'object': {
      const { properties = {}, required = [] } = schema as { properties?: Record<string, Json>; required?: string[] };
      return Object.fromEntries(
        Object.entries(properties)
          .filter(([name]) => required.includes(name) || Object.hasOwn(given, name))
          .map(([name, property]) => [name, given[name] ?? exampleOf(property, schemas, given)]),
      );
    }
    default:
      return null;
  }
}

function text({ format, pattern = '', minLength = 1 }: Json): string {
  if (format === 'date-time') return '2026-08-01T12:00:00.000Z';
  if (format === 'email') return 'somebody@example.com';
  const ids = [
    '00000000-0000-7000-8000-000000000000',
    'a.b',
    'x'.repeat(64),
    'x'.repeat(43),
    '0'.repeat(64),
    '123456',
    'model',
    '1',
    '0.1',
    'x=y',
  ];
  const plain = 'x'.repeat(Math.max(1, Number(minLength)));
  return [plain, ...ids].find((candidate) => new RegExp(String(pattern)).test(candidate)) ?? plain;
}
