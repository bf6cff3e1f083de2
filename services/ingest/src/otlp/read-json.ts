/**
 * `ExportTraceServiceRequest` in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Ids are hex,
 * 64-bit numbers are texts or numbers. What the specification rules out but some senders write is read too: names in
 * snake_case and enums by name.
 */
import {
  type Attributes,
  MAX_VALUE_DEPTH,
  nanosToMs,
  SPAN_KIND_CLIENT,
  type Span,
  type SpanEvent,
  STATUS_ERROR,
  UndecodableTrace,
  wholeNumber,
} from './span.ts';

type Message = Record<string, unknown>;

/** @throws UndecodableTrace */
export function readJsonTrace(body: unknown): Span[] {
  const spans: Span[] = [];
  const request = messageOf(body, 'the body');
  for (const resourceSpans of messagesOf(request, 'resourceSpans', 'resource_spans')) {
    const resource = attributesOf(messageOf(resourceSpans.resource ?? {}, 'resource'));
    for (const scopeSpans of messagesOf(resourceSpans, 'scopeSpans', 'scope_spans')) {
      for (const span of messagesOf(scopeSpans, 'spans', 'spans')) spans.push(readSpan(span, resource));
    }
  }
  return spans;
}

function readSpan(span: Message, resource: Attributes): Span {
  const status = messageOf(span.status ?? {}, 'status');
  return {
    traceId: idOf(span.traceId ?? span.trace_id),
    spanId: idOf(span.spanId ?? span.span_id),
    parentSpanId: idOf(span.parentSpanId ?? span.parent_span_id),
    kind: enumOf(span.kind, 'SPAN_KIND_CLIENT', SPAN_KIND_CLIENT),
    startMs: timeOf(span.startTimeUnixNano ?? span.start_time_unix_nano),
    endMs: timeOf(span.endTimeUnixNano ?? span.end_time_unix_nano),
    failed: enumOf(status.code, 'STATUS_CODE_ERROR', STATUS_ERROR) === STATUS_ERROR,
    attributes: attributesOf(span),
    resource,
    events: messagesOf(span, 'events', 'events').map(readEvent),
  };
}

const readEvent = (event: Message): SpanEvent => ({
  name: typeof event.name === 'string' ? event.name : '',
  timeMs: timeOf(event.timeUnixNano ?? event.time_unix_nano),
  attributes: attributesOf(event),
});

function attributesOf(message: Message, depth = 0, list = 'attributes'): Attributes {
  const attributes: Attributes = Object.create(null);
  for (const { key, value } of messagesOf(message, list, list)) {
    const read = value === undefined || value === null ? undefined : readValue(messageOf(value, 'value'), depth);
    if (typeof key === 'string' && read !== undefined) attributes[key] = read;
  }
  return attributes;
}

function readValue(value: Message, depth: number): unknown {
  if (depth > MAX_VALUE_DEPTH) throw new UndecodableTrace('an attribute is nested too deeply');
  const text = value.stringValue ?? value.string_value;
  if (typeof text === 'string') return text;
  const flag = value.boolValue ?? value.bool_value;
  if (typeof flag === 'boolean') return flag;
  const whole = bigintOf(value.intValue ?? value.int_value);
  if (whole !== undefined) return wholeNumber(whole);
  // "NaN" and "Infinity" stand for what is not known, and are left out.
  const double = value.doubleValue ?? value.double_value;
  if (typeof double === 'number') return Number.isFinite(double) ? double : undefined;
  const array = value.arrayValue ?? value.array_value;
  if (array !== undefined && array !== null) {
    const values = messagesOf(messageOf(array, 'arrayValue'), 'values', 'values');
    return values.map((entry) => readValue(entry, depth + 1));
  }
  const map = value.kvlistValue ?? value.kvlist_value;
  if (map !== undefined && map !== null) return attributesOf(messageOf(map, 'kvlistValue'), depth + 1, 'values');
  return undefined;
}

function messageOf(value: unknown, what: string): Message {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Message;
  throw new UndecodableTrace(`${what} must be an object`);
}

function messagesOf(message: Message, name: string, snakeName: string): Message[] {
  const list = message[name] ?? message[snakeName] ?? [];
  if (!Array.isArray(list)) throw new UndecodableTrace(`${name} must be an array`);
  return list.map((entry) => messageOf(entry, `an entry of ${name}`));
}

function idOf(value: unknown): string {
  if (typeof value !== 'string' || value.length > 100) return '';
  return /^[0-9a-f]*$/i.test(value) ? value.toLowerCase() : value;
}

const timeOf = (value: unknown) => {
  const nanos = bigintOf(value);
  return nanos === undefined ? undefined : nanosToMs(nanos);
};

/** A whole number of 64 bits. Nanoseconds as a JSON number have lost their last digits, which nobody needs. */
function bigintOf(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return undefined;
  const whole = BigInt(value);
  return BigInt.asIntN(64, whole) === whole ? whole : undefined;
}

function enumOf(value: unknown, name: string, number: number): number {
  if (value === name) return number;
  return typeof value === 'number' ? value : 0;
}
