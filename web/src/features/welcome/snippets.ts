import type { Language } from '../../lib/highlight.ts';

export const SNIPPET_KINDS = [
  'openai',
  'anthropic',
  'gemini',
  'vercel-ai',
  'opentelemetry',
  'litellm',
  'curl',
] as const;
export type SnippetKind = (typeof SNIPPET_KINDS)[number];

interface SnippetPart {
  title: string;
  language: Language;
  code: string;
}

export interface Snippet {
  label: string;
  parts: SnippetPart[];
}

export interface Connection {
  /** The address of this installation. */
  baseUrl: string;
  apiKey: string;
}

const install = (packages: string): SnippetPart => ({
  title: 'Terminal',
  language: 'shell',
  code: `npm install ${packages}`,
});

const module = (title: string, code: string): SnippetPart => ({ title, language: 'typescript', code });

const client = ({ baseUrl, apiKey }: Connection) => `const tokengrip = new Tokengrip({
  baseUrl: '${baseUrl}',
  apiKey: '${apiKey}',
});`;

const openai = (connection: Connection) => `import OpenAI from 'openai';
import { Tokengrip, wrapOpenAI } from 'tokengrip';

${client(connection)}
const openai = wrapOpenAI(new OpenAI(), tokengrip);

// Use the client as before. Every call is recorded.
await openai.chat.completions.create({
  model: 'gpt-5.4-mini',
  messages: [{ role: 'user', content: 'Say hello' }],
});`;

const anthropic = (connection: Connection) => `import Anthropic from '@anthropic-ai/sdk';
import { Tokengrip, wrapAnthropic } from 'tokengrip';

${client(connection)}
const anthropic = wrapAnthropic(new Anthropic(), tokengrip);

// Use the client as before. Every call is recorded.
await anthropic.messages.create({
  model: 'claude-haiku-4-5',
  max_tokens: 256,
  messages: [{ role: 'user', content: 'Say hello' }],
});`;

const gemini = (connection: Connection) => `import { GoogleGenAI } from '@google/genai';
import { Tokengrip } from 'tokengrip';

${client(connection)}
const genai = new GoogleGenAI({ apiKey: process.env.GEMINI_API_KEY });

const model = 'gemini-3.5-flash';
const response = await genai.models.generateContent({ model, contents: 'Say hello' });

tokengrip.track({
  source: 'gemini.generate-content',
  model,
  usage: response.usageMetadata,
});`;

const vercelAi = (connection: Connection) => `import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';
import { Tokengrip } from 'tokengrip';

${client(connection)}
const model = 'gpt-5.4-mini';
const { totalUsage } = await generateText({ model: openai(model), prompt: 'Say hello' });

tokengrip.track({
  source: 'vercel-ai',
  provider: 'openai',
  model,
  usage: totalUsage,
});`;

const openTelemetry = ({
  baseUrl,
  apiKey,
}: Connection) => `# For any program that traces its model calls with OpenTelemetry.
export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT='${baseUrl}/v1/traces'
export OTEL_EXPORTER_OTLP_TRACES_PROTOCOL='http/protobuf'
export OTEL_EXPORTER_OTLP_TRACES_HEADERS='x-api-key=${apiKey}'`;

const liteLlmEnvironment = ({ baseUrl, apiKey }: Connection) => `# In the environment of the LiteLLM proxy.
export GENERIC_LOGGER_ENDPOINT='${baseUrl}/v1/litellm'
export GENERIC_LOGGER_HEADERS='x-api-key=${apiKey}'`;

const liteLlmConfig = `litellm_settings:
  callbacks: ["generic_api"]`;

const curl = ({ baseUrl, apiKey }: Connection) => `curl ${baseUrl}/v1/usage \\
  -H 'Authorization: Bearer ${apiKey}' \\
  -H 'Content-Type: application/json' \\
  -d '{
    "source": "openai.chat",
    "model": "gpt-5.4-mini",
    "usage": { "prompt_tokens": 1200, "completion_tokens": 340 }
  }'`;

/** What connects a program, complete: with the address of this installation and the key. */
export function snippetFor(kind: SnippetKind, connection: Connection): Snippet {
  switch (kind) {
    case 'openai':
      return { label: 'OpenAI', parts: [install('tokengrip openai'), module('app.ts', openai(connection))] };
    case 'anthropic':
      return {
        label: 'Anthropic',
        parts: [install('tokengrip @anthropic-ai/sdk'), module('app.ts', anthropic(connection))],
      };
    case 'gemini':
      return { label: 'Gemini', parts: [install('tokengrip @google/genai'), module('app.ts', gemini(connection))] };
    case 'vercel-ai':
      return {
        label: 'Vercel AI SDK',
        parts: [install('tokengrip ai @ai-sdk/openai'), module('app.ts', vercelAi(connection))],
      };
    case 'opentelemetry':
      return {
        label: 'OpenTelemetry',
        parts: [{ title: 'Terminal', language: 'shell', code: openTelemetry(connection) }],
      };
    case 'litellm':
      return {
        label: 'LiteLLM',
        parts: [
          { title: 'Terminal', language: 'shell', code: liteLlmEnvironment(connection) },
          { title: 'config.yaml', language: 'shell', code: liteLlmConfig },
        ],
      };
    case 'curl':
      return { label: 'curl', parts: [{ title: 'Terminal', language: 'shell', code: curl(connection) }] };
  }
}
