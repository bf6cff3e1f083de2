import { numberOf } from '../mapping/numbers.ts';
import type { Span } from './span.ts';

/** In seconds: the current name, the AI SDK's since version 7, the metric's name, OpenLIT's. */
const SECONDS = [
  'gen_ai.response.time_to_first_chunk',
  'gen_ai.client.operation.time_to_first_chunk',
  'gen_ai.server.time_to_first_token',
  'gen_ai.server.ttft',
];
/** In milliseconds: the AI SDK's, and its older name. */
const MILLISECONDS = ['ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'];
/** Events at the first piece of a stream, or at each: the AI SDK, OpenInference, OpenLLMetry. */
const EVENTS: ReadonlySet<string> = new Set([
  'ai.stream.firstChunk',
  'First Token Stream Event',
  'gen_ai.content.completion.chunk',
  'llm.content.completion.chunk',
]);

/** Milliseconds from the start of the call to the first piece of its answer, where the span says it. */
export function firstTokenMs({ attributes, events, startMs }: Span): number | undefined {
  for (const name of SECONDS) {
    const seconds = numberOf(attributes[name]);
    if (seconds !== undefined) return seconds * 1_000;
  }
  for (const name of MILLISECONDS) {
    const ms = numberOf(attributes[name]);
    if (ms !== undefined) return ms;
  }
  if (startMs === undefined) return undefined;
  const times = events.filter(({ name }) => EVENTS.has(name)).flatMap(({ timeMs }) => timeMs ?? []);
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b)) - startMs;
}
