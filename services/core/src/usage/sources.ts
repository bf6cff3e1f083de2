/** Who shaped a usage object. The source is said by the sender and never guessed from a model's name. */
export const USAGE_SOURCES = [
  'openai.chat',
  'openai.responses',
  'openai.embeddings',
  'openai.images',
  'openai.transcription',
  'openai.speech',
  'openai.realtime',
  'anthropic.messages',
  'gemini.generate-content',
  'bedrock.converse',
  'vercel-ai',
  'langchain',
  'otel.gen-ai',
  'openrouter.chat',
  'mistral.chat',
  'cohere.chat',
  'deepseek.chat',
  'xai.chat',
  'groq.chat',
  'openai-compatible.chat',
  'normalized',
] as const;

export type UsageSource = (typeof USAGE_SOURCES)[number];

const SOURCE_SET: ReadonlySet<string> = new Set(USAGE_SOURCES);

export function isUsageSource(name: string): name is UsageSource {
  return SOURCE_SET.has(name);
}

const DEFAULT_PROVIDERS: Partial<Record<UsageSource, string>> = {
  'openai.chat': 'openai',
  'openai.responses': 'openai',
  'openai.embeddings': 'openai',
  'openai.images': 'openai',
  'openai.transcription': 'openai',
  'openai.speech': 'openai',
  'openai.realtime': 'openai',
  'anthropic.messages': 'anthropic',
  'gemini.generate-content': 'gemini',
  'bedrock.converse': 'bedrock',
  'openrouter.chat': 'openrouter',
  'mistral.chat': 'mistral',
  'cohere.chat': 'cohere',
  'deepseek.chat': 'deepseek',
  'xai.chat': 'xai',
  'groq.chat': 'groq',
};

/**
 * The provider of a source's records where the sender names none, under LiteLLM's name for it.
 * Undefined for the sources that carry calls of any provider: their sender has to say.
 */
export function defaultProvider(source: UsageSource): string | undefined {
  return DEFAULT_PROVIDERS[source];
}
