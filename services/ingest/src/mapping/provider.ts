import { providerFamily } from '@tokengrip/core/cost/providers';
import { nameOf } from './text.ts';

/** Whose API answers at an address. `openai` is what clients of OpenAI's form say, wherever they send their calls. */
const HOSTS: readonly (readonly [host: RegExp, provider: string])[] = [
  [/(^|\.)api\.openai\.com$/, 'openai'],
  [/\.openai\.azure\.(com|us|cn)$|\.cognitiveservices\.azure\.(com|us|cn)$/, 'azure'],
  [/\.services\.ai\.azure\.com$/, 'azure_ai'],
  [/(^|\.)api\.anthropic\.com$/, 'anthropic'],
  [/^generativelanguage\.googleapis\.com$/, 'gemini'],
  [/(^|-)aiplatform\.googleapis\.com$/, 'vertex_ai'],
  [/^bedrock-runtime(-fips)?\.[\w-]+\.amazonaws\.com(\.cn)?$/, 'bedrock'],
  [/(^|\.)openrouter\.ai$/, 'openrouter'],
  [/^api\.deepseek\.com$/, 'deepseek'],
  [/^api\.groq\.com$/, 'groq'],
  [/^(api|codestral)\.mistral\.ai$/, 'mistral'],
  [/(^|\.)api\.x\.ai$/, 'xai'],
  [/^api\.cohere\.(ai|com)$/, 'cohere'],
  [/^api\.together\.(xyz|ai)$/, 'together_ai'],
  [/^api\.fireworks\.ai$/, 'fireworks_ai'],
  [/^api\.perplexity\.ai$/, 'perplexity'],
  [/^api\.cerebras\.ai$/, 'cerebras'],
];

/** Frameworks in front of any provider: their name says nothing about who is paid. */
const FRAMEWORKS: ReadonlySet<string> = new Set([
  'agno',
  'autogen',
  'crewai',
  'dspy',
  'haystack',
  'langchain',
  'langgraph',
  'litellm',
  'llama_index',
  'llamaindex',
  'openai-agents',
  'pydantic_ai',
  'semantic_kernel',
  'smolagents',
]);

/** Spellings of instrumentations for which the price list has another name. */
const SPELLINGS: Readonly<Record<string, string>> = { aws: 'bedrock', vertex: 'vertex_ai', 'ibm.watsonx': 'watsonx' };

/**
 * The provider under the price list's name for it.
 * @param host where the call was sent, if it is known: a name or an address with one
 * @param names what the sender calls the provider; the first that is one counts
 */
export function providerOf(host: unknown, ...names: unknown[]): string | undefined {
  const byHost = providerOfHost(host);
  if (byHost !== undefined) return byHost;
  for (const value of names) {
    const name = nameOf(value)?.toLowerCase();
    if (name === undefined || FRAMEWORKS.has(name)) continue;
    const family = Object.hasOwn(SPELLINGS, name) ? SPELLINGS[name] : providerFamily(name);
    if (family !== undefined && family !== '') return family;
  }
  return undefined;
}

function providerOfHost(host: unknown): string | undefined {
  if (typeof host !== 'string' || host.length > 500) return undefined;
  const name =
    host
      .replace(/^https?:\/\//, '')
      .split(/[/:?]/)[0]
      ?.toLowerCase() ?? '';
  return HOSTS.find(([pattern]) => pattern.test(name))?.[1];
}
