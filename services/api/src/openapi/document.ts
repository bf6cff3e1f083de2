import { Problem, type ProblemCode } from '@tokengrip/core/contract/problem';
import { VERSION } from '@tokengrip/core/version';
import type { CollectedRoute } from './collect-routes.ts';
import { Components } from './components.ts';
import { OPERATIONS, type Operation, TAGS } from './operations.ts';
import { PROBLEM_MEANINGS, problemsOf, readsFigures, whoMay } from './problems.ts';

type Json = Record<string, unknown>;

export interface OpenApiOperation extends Json {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters: { name: string; in: 'path' | 'query'; required: boolean; schema: Json }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> };
  responses: Record<
    string,
    { description: string; content?: Record<string, { schema: Json }>; 'x-problem-codes'?: ProblemCode[] }
  >;
}

export interface OpenApiDocument extends Json {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

const DESCRIPTION = `What the dashboard of Tokengrip is made of. Usage is sent to the ingest (\`/v1\`), which this document is not about.

- **Amounts** are exact decimal texts in USD, e.g. \`"0.001234"\`: never floats.
- **Times** are RFC 3339; replies are in UTC. Periods include their start and not their end.
- **Lists in a query** repeat the parameter: \`?model=a&model=b\`. An empty value means "without one".
- **Pages** have a \`nextCursor\`, to be passed as \`cursor\`; its content is nobody's business.
- **Errors** are \`application/problem+json\` (RFC 9457) with a stable \`code\`, to match on; \`detail\` is for people.
- **Versions**: what is here stays as it is; fields and codes are only ever added. A breaking change would be \`/api/v2\`.`;

/** The document of the routes, in the order of their entries. Routes without an entry come last, and say only what their schemas do. */
export function buildDocument(routes: readonly CollectedRoute[]): OpenApiDocument {
  const components = new Components();
  const order = Object.keys(OPERATIONS);
  const sorted = [...routes].sort((a, b) => rank(order, a) - rank(order, b));
  const paths: OpenApiDocument['paths'] = {};
  components.use(Problem);
  for (const route of sorted) {
    const path = `/api/v1${route.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describe(route, operationOf(route), components) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Tokengrip', version: VERSION, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tokengrip_access',
          description: 'Set by logging in; renewed by `POST /api/v1/auth/refresh`.',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A personal token, which reads what its person may read; for figures and records also a key with the scope `read`.',
        },
      },
    },
  };
}

const keyOf = ({ method, path }: Pick<CollectedRoute, 'method' | 'path'>): string => `${method} ${path}`;

const rank = (order: readonly string[], route: CollectedRoute) => {
  const index = order.indexOf(keyOf(route));
  return index === -1 ? order.length : index;
};

const operationOf = (route: CollectedRoute): Operation =>
  OPERATIONS[keyOf(route)] ?? { tag: 'Installation', summary: keyOf(route) };

function describe(route: CollectedRoute, operation: Operation, components: Components): OpenApiOperation {
  const role = whoMay(route, operation);
  const body = bodyOf(route, operation, components);
  return {
    operationId: operationId(route),
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    tags: [operation.tag],
    security: role === 'public' ? [] : [{ session: [] }, ...(readsFigures(route) ? [{ token: [] }] : [])],
    ...(role === 'public' ? {} : { 'x-least-role': role }),
    parameters: [...parametersOf(route.params, 'path', components), ...parametersOf(route.query, 'query', components)],
    ...(body ? { requestBody: body } : {}),
    responses: { ...successesOf(route, operation, components), ...failuresOf(route, operation) },
  };
}

/** `GET /records/:projectId/:id` → `getRecordsByProjectIdById` */
function operationId({ method, path }: CollectedRoute): string {
  const words = path.split(/[/.-]/).filter(Boolean);
  const names = words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)));
  return method.toLowerCase() + names.join('');
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function parametersOf(
  schema: unknown,
  where: 'path' | 'query',
  components: Components,
): OpenApiOperation['parameters'] {
  const { properties = {}, required = [] } = (schema ?? {}) as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: components.use(property),
  }));
}

function bodyOf(route: CollectedRoute, operation: Operation, components: Components): OpenApiOperation['requestBody'] {
  if (operation.acceptsFile) return { required: true, content: { 'application/json': { schema: {} } } };
  if (!route.body) return undefined;
  return { required: true, content: { 'application/json': { schema: components.use(route.body) } } };
}

function successesOf(
  route: CollectedRoute,
  operation: Operation,
  components: Components,
): OpenApiOperation['responses'] {
  if (operation.produces) {
    return {
      200: {
        description: 'The file',
        content: Object.fromEntries(operation.produces.map((type) => [type, { schema: {} }])),
      },
    };
  }
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, schema]) => [
      status,
      (schema as { type?: string }).type === 'null'
        ? { description: 'Done' }
        : {
            description: SUCCESS[status] ?? 'The answer',
            content: { 'application/json': { schema: components.use(schema) } },
          },
    ]),
  );
}

const SUCCESS: Readonly<Record<string, string>> = {
  201: 'What was made',
  202: 'It is under way, or one step more is needed',
};

const failuresOf = (route: CollectedRoute, operation: Operation): OpenApiOperation['responses'] =>
  Object.fromEntries(
    [...problemsOf(route, operation)].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEM_MEANINGS[code]}`).join('\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        'x-problem-codes': codes,
      },
    ]),
  );
