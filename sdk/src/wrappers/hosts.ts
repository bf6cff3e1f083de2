/** A provider that is recognized by the address of its API. */
export interface HostRule {
  host: RegExp;
  port?: string;
  path?: RegExp;
  /** The price file's name for it. */
  provider: string;
  /** Default: `openai-compatible.chat`. */
  source?: string;
  /** False where a stream always tells its usage, or where a changed request would be refused. Default: true. */
  mustAsk?: boolean;
  modelFrom?: 'request';
  region?: (hostname: string) => string | undefined;
}

/** `us.api.openai.com` is billed with the region's uplift. */
const openAIRegion = (hostname: string) => /^(\w+)\.api\.openai\.com$/.exec(hostname)?.[1];
const awsRegion = (hostname: string) => /^bedrock(?:-\w+)?\.([\w-]+)\./.exec(hostname)?.[1];
const vertexRegion = (hostname: string) => /^([\w-]+)-aiplatform\./.exec(hostname)?.[1];

/** The first rule that fits counts. Providers are looked up here by name too, and then the first of a name counts. */
export const HOSTS: readonly HostRule[] = [
  { host: /(^|\.)api\.openai\.com$/, provider: 'openai', source: 'openai.chat', region: openAIRegion },
  { host: /\.openai\.azure\.(com|us|cn)$/, provider: 'azure', source: 'openai.chat' },
  { host: /\.cognitiveservices\.azure\.(com|us|cn)$/, provider: 'azure', source: 'openai.chat' },
  { host: /\.services\.ai\.azure\.com$/, path: /^\/openai(\/|$)/, provider: 'azure', source: 'openai.chat' },
  { host: /\.services\.ai\.azure\.com$/, provider: 'azure_ai' },
  { host: /(^|\.)api\.anthropic\.com$/, provider: 'anthropic' },
  { host: /(^|\.)openrouter\.ai$/, provider: 'openrouter', source: 'openrouter.chat' },
  { host: /^api\.deepseek\.com$/, provider: 'deepseek', source: 'deepseek.chat' },
  { host: /^api\.groq\.com$/, provider: 'groq', source: 'groq.chat', mustAsk: false },
  // Mistral refuses requests with stream_options and tells the usage of every stream.
  { host: /^(api|codestral)\.mistral\.ai$/, provider: 'mistral', source: 'mistral.chat', mustAsk: false },
  { host: /(^|\.)api\.x\.ai$/, provider: 'xai', source: 'xai.chat' },
  { host: /^api\.together\.(xyz|ai)$/, provider: 'together_ai' },
  { host: /^api\.fireworks\.ai$/, provider: 'fireworks_ai' },
  { host: /^api\.perplexity\.ai$/, provider: 'perplexity', mustAsk: false },
  { host: /^api\.cerebras\.ai$/, provider: 'cerebras' },
  { host: /^api\.deepinfra\.com$/, provider: 'deepinfra' },
  { host: /^api\.sambanova\.ai$/, provider: 'sambanova' },
  { host: /^api\.hyperbolic\.xyz$/, provider: 'hyperbolic' },
  { host: /^api\.cohere\.(ai|com)$/, provider: 'cohere_chat' },
  { host: /^generativelanguage\.googleapis\.com$/, provider: 'gemini' },
  { host: /(^|-)aiplatform\.googleapis\.com$/, provider: 'vertex_ai', modelFrom: 'request', region: vertexRegion },
  // Requests to AWS are signed: a body that is changed afterwards would be refused.
  {
    host: /^bedrock-mantle\.[\w-]+\.api\.aws$/,
    provider: 'bedrock_mantle',
    mustAsk: false,
    modelFrom: 'request',
    region: awsRegion,
  },
  {
    host: /^bedrock-runtime(-fips)?\.[\w-]+\.amazonaws\.com(\.cn)?$/,
    provider: 'bedrock',
    mustAsk: false,
    modelFrom: 'request',
    region: awsRegion,
  },
  { host: /\.(cloud\.)?databricks\.com$|\.azuredatabricks\.net$/, provider: 'databricks' },
  { host: /^dashscope(-intl|-us)?\.aliyuncs\.com$/, provider: 'dashscope' },
  { host: /^api\.moonshot\.(ai|cn)$/, provider: 'moonshot' },
  { host: /^(api\.z\.ai|open\.bigmodel\.cn)$/, provider: 'zai' },
  { host: /^api\.minimaxi?\.(io|com|chat)$/, provider: 'minimax' },
  { host: /^api\.(studio\.nebius\.(ai|com)|tokenfactory\.nebius\.com)$/, provider: 'nebius' },
  { host: /^api\.novita\.ai$/, provider: 'novita' },
  { host: /^api\.lambda\.ai$/, provider: 'lambda_ai' },
  { host: /^api\.scaleway\.ai$/, provider: 'scaleway' },
  { host: /^ai-gateway\.vercel\.sh$/, provider: 'vercel_ai_gateway' },
  { host: /^api\.voyageai\.com$/, provider: 'voyage' },
  { host: /^(localhost|127\.0\.0\.1|\[::1\])$/, port: '11434', provider: 'ollama' },
];
