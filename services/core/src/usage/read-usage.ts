import { type Fields, isFields, UnreadableUsage } from './fields.ts';
import {
  MAX_COUNT,
  type NormalUsage,
  TOOL_CLASSES,
  type ToolCounts,
  UNIT_CLASSES,
  type UnitCounts,
  type UsageTraits,
} from './normal-form.ts';
import type { Reader } from './reader.ts';
import { readAnthropicMessages } from './readers/anthropic.ts';
import { readBedrockConverse } from './readers/bedrock.ts';
import { readCohereChat } from './readers/cohere.ts';
import { readCompatibleChat, readDeepSeekChat, readMistralChat, readXaiChat } from './readers/compatible-chat.ts';
import { readGemini } from './readers/gemini.ts';
import { readLangChain } from './readers/langchain.ts';
import { RejectedUsage, type RejectionCode, readNormalized } from './readers/normalized.ts';
import { readOpenAiChat } from './readers/openai-chat.ts';
import {
  readOpenAiEmbeddings,
  readOpenAiImages,
  readOpenAiSpeech,
  readOpenAiTranscription,
} from './readers/openai-other.ts';
import { readOpenAiRealtime } from './readers/openai-realtime.ts';
import { readOpenAiResponses } from './readers/openai-responses.ts';
import { readOtel } from './readers/otel.ts';
import { readVercelAi } from './readers/vercel-ai.ts';
import { countResponseTools } from './response-tools.ts';
import type { UsageSource } from './sources.ts';
import { responseTier, unwrapUsage } from './unwrap.ts';

export interface UsageInput {
  source: UsageSource;
  /** The provider's usage object as it came; a response or stream event that holds it is read too. */
  usage: unknown;
  provider?: string | undefined;
  /** What the record says beside the usage object; each is used where the object does not say it itself. */
  serviceTier?: string | undefined;
  speed?: string | undefined;
  region?: string | undefined;
  tools?: ToolCounts | undefined;
  units?: UnitCounts | undefined;
  traits?: UsageTraits | undefined;
}

export type UsageResult =
  | { status: 'read'; usage: NormalUsage }
  /** The object contradicts itself or has no known field: stored raw and read again after a fix. */
  | { status: 'unreadable'; reason: string }
  /** Only for the source `normalized`. */
  | { status: 'rejected'; code: RejectionCode; field: string; message: string };

const READERS: Record<Exclude<UsageSource, 'normalized'>, Reader> = {
  'openai.chat': readOpenAiChat,
  'openai.responses': readOpenAiResponses,
  'openai.embeddings': readOpenAiEmbeddings,
  'openai.images': readOpenAiImages,
  'openai.transcription': readOpenAiTranscription,
  'openai.speech': readOpenAiSpeech,
  'openai.realtime': readOpenAiRealtime,
  'anthropic.messages': readAnthropicMessages,
  'gemini.generate-content': readGemini,
  'bedrock.converse': readBedrockConverse,
  'vercel-ai': readVercelAi,
  langchain: readLangChain,
  'otel.gen-ai': readOtel,
  'openrouter.chat': readCompatibleChat,
  'mistral.chat': readMistralChat,
  'cohere.chat': readCohereChat,
  'deepseek.chat': readDeepSeekChat,
  'xai.chat': readXaiChat,
  'groq.chat': readOpenAiChat,
  'openai-compatible.chat': readCompatibleChat,
};

/**
 * Brings a usage object into the normal form. Never throws and never clamps: an object that cannot be read exactly is
 * `unreadable` with a stable reason, except that a `normalized` one is `rejected` with the field at fault.
 */
export function readUsage(input: UsageInput): UsageResult {
  try {
    const usage = input.source === 'normalized' ? readSorted(input) : readProvider(input, READERS[input.source]);
    addRecordFacts(usage, input);
    return { status: 'read', usage };
  } catch (error) {
    if (error instanceof UnreadableUsage) return { status: 'unreadable', reason: error.reason };
    if (!(error instanceof RejectedUsage)) throw error;
    const { code, field, message } = error;
    return { status: 'rejected', code, field, message };
  }
}

function readSorted({ usage, units, tools }: UsageInput): NormalUsage {
  if (isFields(usage)) return readNormalized(usage);
  if (usage !== undefined && usage !== null) throw new RejectedUsage('no_usage', 'usage', 'usage must be an object');
  if (units === undefined && tools === undefined) throw new RejectedUsage('no_usage', 'usage', 'there is no usage');
  return { tokens: {}, approximate: [] };
}

function readProvider(input: UsageInput, read: Reader): NormalUsage {
  const { usage } = input;
  const absent = usage === undefined || usage === null;
  // Some endpoints report nothing; the sender counts what they bill.
  if (absent && (input.units !== undefined || input.tools !== undefined)) return { tokens: {}, approximate: [] };
  if (!isFields(usage)) throw new UnreadableUsage('no_usage');
  try {
    return read(usage, input);
  } catch (error) {
    if (!(error instanceof UnreadableUsage) || error.reason !== 'no_known_field') throw error;
  }
  return readResponse(usage, input, read);
}

/** Reads a response or an event of a stream that holds the usage, with what else it says about the bill. */
function readResponse(value: Fields, input: UsageInput, read: Reader): NormalUsage {
  const { usage, response } = unwrapUsage(value);
  const normal = read(usage, input);
  normal.tools ??= countResponseTools(response);
  normal.serviceTier ??= responseTier(response);
  return normal;
}

function addRecordFacts(normal: NormalUsage, input: UsageInput): void {
  if (input.serviceTier !== undefined) normal.serviceTier ??= input.serviceTier;
  if (input.speed !== undefined) normal.speed ??= input.speed;
  if (input.region !== undefined) normal.region ??= input.region;
  if (input.tools !== undefined)
    normal.tools = { ...checked(input.tools, TOOL_CLASSES, 'tools', input), ...normal.tools };
  if (input.units !== undefined)
    normal.units = { ...checked(input.units, UNIT_CLASSES, 'units', input), ...normal.units };
  if (input.traits !== undefined) normal.traits = { ...input.traits, ...normal.traits };
}

function checked<Name extends string>(
  counts: Partial<Record<Name, number>>,
  names: readonly Name[],
  group: 'tools' | 'units',
  { source }: UsageInput,
): Partial<Record<Name, number>> {
  const good: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const count = counts[name];
    if (count === undefined) continue;
    const isGood = count >= 0 && count <= MAX_COUNT && (group === 'units' || Number.isInteger(count));
    if (isGood) good[name] = count;
    else if (source !== 'normalized') throw new UnreadableUsage(`not_a_count:${group}.${name}`);
    else throw new RejectedUsage('not_a_number', `${group}.${name}`, `${group}.${name} is no count`);
  }
  return good;
}
