/**
 * The names under which providers reach us, mapped to LiteLLM's.
 * OpenTelemetry: https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ (gen_ai.provider.name);
 * Vercel AI SDK: the `provider` of its models (`openai.chat`, `google.generative-ai`); LangChain: `ls_provider`.
 */
const ALIASES: Record<string, string> = {
  'amazon-bedrock': 'bedrock',
  amazon_bedrock: 'bedrock',
  'aws.bedrock': 'bedrock',
  aws_bedrock: 'bedrock',
  bedrock_converse: 'bedrock',
  'az.ai.inference': 'azure_ai',
  'azure.ai.inference': 'azure_ai',
  'az.ai.openai': 'azure',
  'azure.ai.openai': 'azure',
  'azure-openai': 'azure',
  azure_openai: 'azure',
  azure_text: 'azure',
  cohere_chat: 'cohere',
  fireworks: 'fireworks_ai',
  'gcp.gemini': 'gemini',
  'gcp.vertex_ai': 'vertex_ai',
  'gcp.gen_ai': 'gemini',
  google: 'gemini',
  google_genai: 'gemini',
  google_vertexai: 'vertex_ai',
  'google-vertex': 'vertex_ai',
  'google.vertex': 'vertex_ai',
  gateway: 'vercel_ai_gateway',
  'ibm.watsonx.ai': 'watsonx',
  mistral_ai: 'mistral',
  mistralai: 'mistral',
  moonshot_ai: 'moonshot',
  moonshotai: 'moonshot',
  'openai-compatible': 'openai',
  together: 'together_ai',
  togetherai: 'together_ai',
  vertex: 'vertex_ai',
  vertexai: 'vertex_ai',
  x_ai: 'xai',
  'x-ai': 'xai',
};

/**
 * The family of a provider: `vertex_ai-language-models` and `gcp.vertex_ai` are `vertex_ai`, `openai.responses` is
 * `openai`. Models of one family are the same provider's.
 */
export function providerFamily(name: string): string {
  const known = families.get(name);
  if (known !== undefined) return known;
  const family = findFamily(name);
  if (families.size >= MAX_FAMILIES) families.clear();
  families.set(name, family);
  return family;
}

const MAX_FAMILIES = 1000;
const families = new Map<string, string>();

function findFamily(name: string): string {
  let rest = name.trim().toLowerCase();
  rest = rest.replace(/^text-completion-/, '').replace(/-[a-z0-9_-]+[-_]models$/, '');
  for (let cut = rest; cut !== ''; cut = cut.slice(0, Math.max(0, cut.lastIndexOf('.')))) {
    // The name is a sender's, who may call a provider `constructor`.
    if (Object.hasOwn(ALIASES, cut)) return ALIASES[cut] ?? cut;
  }
  const dot = rest.indexOf('.');
  return dot === -1 ? rest : rest.slice(0, dot);
}

/** Runtimes on one's own machine, for which a price of 0 is true. */
const LOCAL_RUNTIMES: ReadonlySet<string> = new Set([
  'docker_model_runner',
  'hosted_vllm',
  'lemonade',
  'llamafile',
  'lm_studio',
  'ollama',
  'ollama_chat',
  'oobabooga',
  'petals',
  'triton',
  'vllm',
  'xinference',
]);

/** Whether a model of this provider runs on the caller's machine. Ollama's `-cloud` models do not. */
export function isLocalRuntime(provider: string | undefined, model: string): boolean {
  return provider !== undefined && LOCAL_RUNTIMES.has(provider) && !model.endsWith('-cloud');
}
