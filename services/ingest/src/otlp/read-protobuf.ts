/**
 * `ExportTraceServiceRequest` in binary: https://github.com/open-telemetry/opentelemetry-proto, trace/v1, common/v1 and
 * collector/trace/v1. Only the fields that are used are read, by their numbers; others are skipped, as the encoding
 * means it: https://protobuf.dev/programming-guides/encoding/.
 */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import {
  type Attributes,
  MAX_VALUE_DEPTH,
  nanosToMs,
  type Span,
  type SpanEvent,
  STATUS_ERROR,
  UndecodableTrace,
  wholeNumber,
} from './span.ts';

const { Varint, Bit64, LengthDelimited } = WireType;

/** @throws UndecodableTrace */
export function readProtobufTrace(body: Uint8Array): Span[] {
  try {
    const spans: Span[] = [];
    for (const field of fieldsOf(body)) if (field.is(1, LengthDelimited)) readResourceSpans(field.bytes(), spans);
    return spans;
  } catch (error) {
    if (error instanceof UndecodableTrace) throw error;
    throw new UndecodableTrace(error instanceof Error ? error.message : 'malformed');
  }
}

/** One field of a message; what is not read of it is skipped. */
class Field {
  readonly #reader: BinaryReader;
  readonly #number: number;
  readonly #wire: WireType;
  taken = false;

  constructor(reader: BinaryReader) {
    this.#reader = reader;
    [this.#number, this.#wire] = reader.tag();
  }

  is(number: number, wire: WireType): boolean {
    return this.#number === number && this.#wire === wire;
  }

  #take(): BinaryReader {
    this.taken = true;
    return this.#reader;
  }

  bytes = (): Uint8Array => this.#take().bytes();
  text = (): string => this.#take().string();
  bool = (): boolean => this.#take().bool();
  enumeration = (): number => this.#take().int32();
  double = (): number => this.#take().double();
  int64 = (): bigint => BigInt(this.#take().int64());
  fixed64 = (): bigint => BigInt(this.#take().fixed64());
  skip = (): void => void this.#reader.skip(this.#wire, this.#number);
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const field = new Field(reader);
    yield field;
    if (!field.taken) field.skip();
  }
  if (reader.pos > reader.len) throw new UndecodableTrace('premature end');
}

function readResourceSpans(message: Uint8Array, spans: Span[]): void {
  const resource: Attributes = Object.create(null);
  // The resource may stand behind the spans that it belongs to.
  for (const field of fieldsOf(message)) {
    if (field.is(1, LengthDelimited)) readResource(field.bytes(), resource);
    else if (field.is(2, LengthDelimited)) readScopeSpans(field.bytes(), resource, spans);
  }
}

function readResource(message: Uint8Array, into: Attributes): void {
  for (const field of fieldsOf(message)) if (field.is(1, LengthDelimited)) readKeyValue(field.bytes(), into, 0);
}

function readScopeSpans(message: Uint8Array, resource: Attributes, spans: Span[]): void {
  for (const field of fieldsOf(message))
    if (field.is(2, LengthDelimited)) spans.push(readSpan(field.bytes(), resource));
}

function readSpan(message: Uint8Array, resource: Attributes): Span {
  const span: Span = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    kind: 0,
    startMs: undefined,
    endMs: undefined,
    failed: false,
    attributes: Object.create(null),
    resource,
    events: [],
  };
  for (const field of fieldsOf(message)) {
    if (field.is(1, LengthDelimited)) span.traceId = hex(field.bytes());
    else if (field.is(2, LengthDelimited)) span.spanId = hex(field.bytes());
    else if (field.is(4, LengthDelimited)) span.parentSpanId = hex(field.bytes());
    else if (field.is(6, Varint)) span.kind = field.enumeration();
    else if (field.is(7, Bit64)) span.startMs = nanosToMs(field.fixed64());
    else if (field.is(8, Bit64)) span.endMs = nanosToMs(field.fixed64());
    else if (field.is(9, LengthDelimited)) readKeyValue(field.bytes(), span.attributes, 0);
    else if (field.is(11, LengthDelimited)) span.events.push(readEvent(field.bytes()));
    else if (field.is(15, LengthDelimited)) span.failed = readStatus(field.bytes()) === STATUS_ERROR;
  }
  return span;
}

function readEvent(message: Uint8Array): SpanEvent {
  const event: SpanEvent = { name: '', timeMs: undefined, attributes: Object.create(null) };
  for (const field of fieldsOf(message)) {
    if (field.is(1, Bit64)) event.timeMs = nanosToMs(field.fixed64());
    else if (field.is(2, LengthDelimited)) event.name = field.text();
    else if (field.is(3, LengthDelimited)) readKeyValue(field.bytes(), event.attributes, 0);
  }
  return event;
}

function readStatus(message: Uint8Array): number {
  let code = 0;
  for (const field of fieldsOf(message)) if (field.is(3, Varint)) code = field.enumeration();
  return code;
}

function readKeyValue(message: Uint8Array, into: Attributes, depth: number): void {
  let key = '';
  let value: unknown;
  for (const field of fieldsOf(message)) {
    if (field.is(1, LengthDelimited)) key = field.text();
    else if (field.is(2, LengthDelimited)) value = readValue(field.bytes(), depth);
  }
  if (value !== undefined) into[key] = value;
}

/** Bytes and numbers that are none (NaN stands for "not known" in some SDKs) are left out. */
function readValue(message: Uint8Array, depth: number): unknown {
  if (depth > MAX_VALUE_DEPTH) throw new UndecodableTrace('an attribute is nested too deeply');
  let value: unknown;
  for (const field of fieldsOf(message)) {
    if (field.is(1, LengthDelimited)) value = field.text();
    else if (field.is(2, Varint)) value = field.bool();
    else if (field.is(3, Varint)) value = wholeNumber(field.int64());
    else if (field.is(4, Bit64)) value = finite(field.double());
    else if (field.is(5, LengthDelimited)) value = readList(field.bytes(), depth + 1);
    else if (field.is(6, LengthDelimited)) value = readMap(field.bytes(), depth + 1);
  }
  return value;
}

function readList(message: Uint8Array, depth: number): unknown[] {
  const list: unknown[] = [];
  for (const field of fieldsOf(message)) if (field.is(1, LengthDelimited)) list.push(readValue(field.bytes(), depth));
  return list;
}

function readMap(message: Uint8Array, depth: number): Attributes {
  const map: Attributes = Object.create(null);
  for (const field of fieldsOf(message)) if (field.is(1, LengthDelimited)) readKeyValue(field.bytes(), map, depth);
  return map;
}

const finite = (value: number) => (Number.isFinite(value) ? value : undefined);

const hex = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
