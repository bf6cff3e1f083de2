import { hash } from 'node:crypto';
import type { OpenApiDocument, OpenApiOperation } from './document.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#18181b, #f4f4f5); --muted: light-dark(#52525b, #a1a1aa);
  --line: light-dark(#e4e4e7, #27272a); --ground: light-dark(#fff, #09090b); --soft: light-dark(#f4f4f5, #18181b); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 6rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; } h3 { font-size: .85rem; margin: 1rem 0 .25rem; color: var(--muted); }
p { max-width: 46rem; } a { color: inherit; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; }
summary { display: flex; flex-wrap: wrap; gap: .75rem; padding: .55rem .8rem; cursor: pointer; }
summary > span:last-child { color: var(--muted); }
details > div { padding: 0 .8rem .8rem; }
code, pre { font: 13px/1.5 ui-monospace, monospace; } pre { background: var(--soft); padding: .7rem; border-radius: .4rem; overflow: auto; margin: .25rem 0; }
b.method { font: 600 12px/1.9 ui-monospace, monospace; width: 3.6rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-top: 1px solid var(--line); }
.muted { color: var(--muted); }
`;

/** Nothing may be loaded or run; the one style sheet is known by its hash. */
export const REFERENCE_POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The document as a page of its own: no script, nothing from elsewhere. */
export function referencePage(document: OpenApiDocument): string {
  const { info, tags, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    if (own.length === 0) return '';
    return `<h2 id="${text(name)}">${text(name)}</h2><p class="muted">${text(description)}</p>${own.map(operationHtml).join('')}`;
  });
  const schemas = Object.entries(components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, schema]) =>
        `<details id="schema-${text(name)}"><summary><code>${text(name)}</code></summary><div>${schemaHtml(schema)}</div></details>`,
    );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(info.title)} API reference</title><style>${STYLE}</style></head>
<body><main><h1>${text(info.title)} API <span class="muted">${text(info.version)}</span></h1>
${proseHtml(info.description)}
<p><a href="openapi.json">The same as OpenAPI ${text(document.openapi)}</a></p>
${sections.join('\n')}
<h2 id="schemas">Types</h2>${schemas.join('\n')}
</main></body></html>
`;
}

function operationHtml({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: OpenApiOperation;
}): string {
  const role = operation['x-least-role'];
  return `<details id="${text(operation.operationId)}"><summary><b class="method">${text(method.toUpperCase())}</b><code>${text(path)}</code><span>${text(operation.summary)}</span></summary><div>
${operation.description === undefined ? '' : proseHtml(operation.description)}
<p class="muted">${role === undefined ? 'Needs no session.' : `Needs a ${JSON.stringify(operation.security).includes('token') ? 'session or a token' : 'session'} with the role ${text(String(role))} at least.`}</p>
${parametersHtml(operation.parameters)}
${operation.requestBody ? `<h3>Body</h3>${contentHtml(operation.requestBody.content)}` : ''}
<h3>Replies</h3><div class="scroll"><table>${Object.entries(operation.responses).map(replyHtml).join('')}</table></div></div></details>`;
}

function parametersHtml(parameters: OpenApiOperation['parameters']): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: where, required, schema }) =>
      `<tr><td><code>${text(name)}</code></td><td class="muted">${where}${required ? ', required' : ''}</td><td>${schemaHtml(schema)}</td></tr>`,
  );
  return `<h3>Parameters</h3><div class="scroll"><table>${rows.join('')}</table></div>`;
}

const replyHtml = ([status, { description, content }]: [string, OpenApiOperation['responses'][string]]): string =>
  `<tr><td><code>${text(status)}</code></td><td>${proseHtml(description)}${Number(status) < 400 && content ? contentHtml(content) : ''}</td></tr>`;

const contentHtml = (content: Record<string, { schema: object }>): string =>
  Object.entries(content)
    .map(([type, { schema }]) => `<p class="muted"><code>${text(type)}</code></p>${schemaHtml(schema)}`)
    .join('');

const REFERENCE = /&quot;\$ref&quot;: &quot;#\/components\/schemas\/(\w+)&quot;/g;

function schemaHtml(schema: object): string {
  if (Object.keys(schema).length === 0) return '<span class="muted">any</span>';
  const json = text(JSON.stringify(schema, null, 2)).replaceAll(REFERENCE, '<a href="#schema-$1">$1</a>');
  return `<pre>${json}</pre>`;
}

/** Paragraphs, lists, code and strong words: what the document's own texts are made of. */
function proseHtml(prose: string): string {
  const inline = (line: string) =>
    text(line)
      .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
      .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>');
  return prose
    .split('\n\n')
    .map((block) =>
      block.startsWith('- ')
        ? `<ul>${block
            .split('\n')
            .map((line) => `<li>${inline(line.slice(2))}</li>`)
            .join('')}</ul>`
        : `<p>${block.split('\n').map(inline).join('<br>')}</p>`,
    )
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const text = (raw: string): string => raw.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
