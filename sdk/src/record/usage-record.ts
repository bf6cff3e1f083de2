/** Who made a usage object, which decides how it is read. */
export type KnownUsageSource =
  | 'openai.chat'
  | 'openai.responses'
  | 'openai.embeddings'
  | 'openai.images'
  | 'openai.transcription'
  | 'openai.speech'
  | 'openai.realtime'
  | 'anthropic.messages'
  | 'gemini.generate-content'
  | 'bedrock.converse'
  | 'vercel-ai'
  | 'langchain'
  | 'otel.gen-ai'
  | 'openrouter.chat'
  | 'mistral.chat'
  | 'cohere.chat'
  | 'deepseek.chat'
  | 'xai.chat'
  | 'groq.chat'
  | 'openai-compatible.chat'
  | 'normalized';

/** A newer server may know more of them. */
export type UsageSource = KnownUsageSource | (string & {});

/** One call to a model, as it goes over the wire to `POST /v1/usage`. An absent property is not known. */
export interface UsageRecord {
  /** UUIDv7, made once. The same id sent again is counted once. */
  id?: string;
  /** When the call started, RFC 3339 in UTC. */
  timestamp?: string;
  source: UsageSource;
  /** The price file's provider name: `openai`, `azure`, `bedrock`, … */
  provider?: string;
  model: string;
  /** The provider's usage object, untouched; for `normalized` disjoint counts by token class. */
  usage?: unknown;
  /** What is billed by the piece and is not in the usage object: `seconds`, `outputImages`, `pages`, … */
  units?: Record<string, number>;
  status?: 'ok' | 'error';
  errorType?: string;
  latencyMs?: number;
  timeToFirstTokenMs?: number;
  /** HTTP requests that the call took, retries included. */
  attempts?: number;
  streamed?: boolean;
  finishReason?: string;
  /** The tier that the provider says it served. */
  serviceTier?: string;
  requestedTier?: string;
  speed?: string;
  region?: string;
  reasoningEffort?: string;
  maxOutputTokens?: number;
  interactive?: boolean;
  requestHash?: string;
  prefixHash?: string;
  feature?: string;
  environment?: string;
  user?: string;
  session?: string;
  customer?: string;
  tags?: Record<string, string>;
  traceId?: string;
  responseId?: string;
  /** The provider's own figure in USD, plain decimal text. */
  reportedCost?: string;
  content?: { prompt?: string; response?: string };
}

/** A record for `tokengrip.track()`: id and time are made if they are missing. */
export interface ManualRecord extends Omit<UsageRecord, 'timestamp'> {
  timestamp?: string | Date;
}
