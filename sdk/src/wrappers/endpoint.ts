import { HOSTS, type HostRule } from './hosts.ts';
import { textAt } from './json.ts';
import type { Reader } from './reader.ts';

/** Who answers the calls of a client, and how that is written into a record. */
export interface Endpoint {
  provider: string;
  /** Whether this is a provider of whom the SDK knows how it behaves. */
  known: boolean;
  /** Name of the source of a chat completion; the other formats have one source each. */
  chatSource: string;
  region?: string | undefined;
  /** Whether a stream that is not asked for its usage keeps it to itself. */
  mustAskForUsage: boolean;
  /** Whose spelling of the model's name the price list knows. */
  modelFrom: 'response' | 'request';
}

export interface EndpointOverrides {
  /** The price file's provider name, where the address does not tell: a gateway, a server of one's own. */
  provider?: string | undefined;
  /** How the usage of chat completions is read, where that does not follow from the provider. */
  source?: string | undefined;
}

/** Azure took `stream_options` in with this version of its API: https://github.com/griptape-ai/griptape/issues/1640 */
const AZURE_USAGE_SINCE = '2024-09-01';

/**
 * Finds out who is behind a client: by what the host says, by the client's class, by the address.
 *
 * Behind an unknown address may be anything that speaks OpenAI's form: it is named by its host, so that its calls show
 * up under a name that somebody recognizes, not under a guess. Anthropic's form is spoken by Anthropic, save at the
 * addresses that are known, and an unknown one is a gateway to it.
 */
export function findEndpoint(client: object, overrides: EndpointOverrides, family: 'openai' | 'anthropic'): Endpoint {
  const url = addressOf(client);
  const rule = overrides.provider === undefined ? byAddress(client, url) : byProvider(overrides.provider);
  const unknown = family === 'anthropic' || url === undefined ? family : url.hostname;
  const provider = overrides.provider ?? rule?.provider ?? unknown;
  const facts = rule ?? byProvider(provider);
  return {
    provider,
    known: rule !== undefined,
    chatSource: overrides.source ?? facts?.source ?? 'openai-compatible.chat',
    region: facts?.region?.(url?.hostname ?? ''),
    mustAskForUsage: (facts?.mustAsk ?? true) && azureKnowsQuestion(client, provider),
    modelFrom: facts?.modelFrom ?? 'response',
  };
}

/** The record's `source` for an answer of this format from this endpoint. */
export function sourceOf(endpoint: Endpoint, format: Reader['format']): string {
  if (format === 'chat') return endpoint.chatSource;
  return format === 'messages' ? 'anthropic.messages' : `openai.${format}`;
}

function addressOf(client: object): URL | undefined {
  try {
    return new URL(String(Reflect.get(client, 'baseURL')));
  } catch {
    return undefined;
  }
}

function byAddress(client: object, url: URL | undefined): HostRule | undefined {
  // An Azure client may stand in front of a gateway with a name of its own.
  if (isAzureClient(client)) return byProvider('azure');
  if (url === undefined) return undefined;
  return HOSTS.find(
    ({ host, port = url.port, path }) =>
      host.test(url.hostname) && port === url.port && (path === undefined || path.test(url.pathname)),
  );
}

function byProvider(provider: string): HostRule | undefined {
  return HOSTS.find((rule) => rule.provider === provider);
}

function isAzureClient(client: object): boolean {
  return 'deploymentName' in client && 'apiVersion' in client;
}

function azureKnowsQuestion(client: object, provider: string): boolean {
  const version = textAt(client, 'apiVersion');
  if (provider !== 'azure' || version === undefined || !/^\d{4}-/.test(version)) return true;
  return version >= AZURE_USAGE_SINCE;
}
