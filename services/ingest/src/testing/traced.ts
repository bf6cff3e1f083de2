import { type Attributes, SpanKind, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { IngestFixture } from './ingest-fixture.ts';

export const START = new Date('2026-08-01T11:58:00.250Z');
export const END = new Date('2026-08-01T11:58:01.500Z');

export const USAGE = {
  'gen_ai.usage.input_tokens': 1_000,
  'gen_ai.usage.output_tokens': 200,
  'gen_ai.usage.cache_read.input_tokens': 400,
  'gen_ai.usage.reasoning.output_tokens': 50,
};

/** What such a call costs: 600 × 2.5e-6 + 400 × 2.5e-7 + 150 × 1.5e-5 + 50 × 1.5e-5. */
export const EXACT = {
  cost_status: 'priced',
  total_pico_usd: 4_600_000_000n,
  input_tokens: 600,
  cache_read_tokens: 400,
  output_tokens: 150,
  reasoning_tokens: 50,
};

/** By the current conventions. */
export const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-test',
  'gen_ai.response.model': 'gpt-test',
  ...USAGE,
};

/** How an official exporter is told where to send. */
export const exporterSettings = (ingest: IngestFixture) => ({
  url: `${ingest.address}/v1/traces`,
  headers: { authorization: `Bearer ${ingest.secret}` },
});

/** Lets the official SDK record spans and an official exporter deliver them; returns when they are stored. */
export async function sendTraced(
  ingest: IngestFixture,
  record: (tracer: Tracer) => void,
  exporter: SpanExporter = new OTLPTraceExporter(exporterSettings(ingest)),
  resource: Attributes = { 'service.name': 'checkout' },
): Promise<void> {
  const provider = new TracerProvider({
    resource: resourceFromAttributes(resource),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  record(provider.getTracer('test'));
  await provider.forceFlush();
  await provider.shutdown();
}

/** One call with these attributes. */
export const tracedCall =
  (attributes: Attributes, kind = SpanKind.CLIENT) =>
  (tracer: Tracer): void =>
    tracer.startSpan('call', { startTime: START, kind, attributes }).end(END);
