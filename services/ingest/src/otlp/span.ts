/** Attributes by name; an object without a prototype, since the names are the sender's. */
export type Attributes = Record<string, unknown>;

export interface SpanEvent {
  name: string;
  /** Milliseconds since 1970, with a fraction. */
  timeMs: number | undefined;
  attributes: Attributes;
}

/** What is read of a span, the same for both encodings. Ids are lower-case hex, empty where there is none. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  /** A `SPAN_KIND` by its number. */
  kind: number;
  /** Milliseconds since 1970, with a fraction; undefined where they are 0. */
  startMs: number | undefined;
  endMs: number | undefined;
  /** The status says ERROR. */
  failed: boolean;
  attributes: Attributes;
  /** Those of the resource: what the spans of one process have in common. */
  resource: Attributes;
  events: SpanEvent[];
}

export const SPAN_KIND_CLIENT = 3;
export const STATUS_ERROR = 2;

/** Attribute values may hold lists and maps; nobody nests deeper, and a reader recurses over it. */
export const MAX_VALUE_DEPTH = 16;

/** Thrown by the decoders for a body that is no trace request. The message says where. */
export class UndecodableTrace extends Error {}

/** A whole number of 64 bits: a number where that is exact, its digits otherwise. */
export const wholeNumber = (value: bigint): number | string =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value);

/** Nanoseconds since 1970 as milliseconds. 0 means that the time is not known. */
export const nanosToMs = (nanos: bigint): number | undefined =>
  nanos > 0n ? Number(nanos / 1_000n) / 1_000 : undefined;
