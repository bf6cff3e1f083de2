/**
 * Arrays in Postgres' binary format, one for each column of a multi-row statement: a parameter that is a Buffer travels
 * as it is. Neither side quotes, escapes or parses text, which costs a bulk insert more than everything else it does.
 *
 * Layout (src/backend/utils/adt/arrayfuncs.c, array_recv): dimensions, has-nulls flag, element OID, length, lower bound,
 * each 32 bits big endian; then for each element its length in bytes, -1 for NULL, and its bytes.
 */
const HEADER_BYTES = 20;

/** OIDs of the element types (pg_type.dat). */
const OID = { bool: 16, int8: 20, int2: 21, int4: 23, text: 25, timestamptz: 1184, uuid: 2950, jsonb: 3802 } as const;

type Maybe<T> = T | null | undefined;

/** `undefined` and `null` become NULL. An array of nothing but NULLs is `null` itself: `unnest` fills up with NULLs. */
export type EncodeArray<Row> = (rows: readonly Row[]) => Buffer | null;

/** Grows and is used again: an encoder is finished before the next begins. */
let scratch = Buffer.allocUnsafeSlow(1 << 20);
/** The same bytes: a view writes numbers several times faster than a buffer does. */
let view = new DataView(scratch.buffer);

function room(position: number, bytes: number): void {
  if (position + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, position + bytes));
  scratch.copy(larger, 0, 0, position);
  scratch = larger;
  view = new DataView(larger.buffer);
}

function finish(oid: number, count: number, nulls: number, end: number): Buffer | null {
  if (nulls === count) return null;
  view.setInt32(0, 1);
  view.setInt32(4, nulls > 0 ? 1 : 0);
  view.setInt32(8, oid);
  view.setInt32(12, count);
  view.setInt32(16, 1);
  return Buffer.from(scratch.subarray(0, end));
}

/** Elements of one length. */
function fixed<Row, T>(
  oid: number,
  sizeBytes: number,
  value: (row: Row) => Maybe<T>,
  write: (value: T, position: number) => void,
): EncodeArray<Row> {
  return (rows) => {
    room(0, HEADER_BYTES + rows.length * (4 + sizeBytes));
    let position = HEADER_BYTES;
    let nulls = 0;
    for (const row of rows) {
      const element = value(row);
      if (element === null || element === undefined) {
        nulls += 1;
        view.setInt32(position, -1);
        position += 4;
      } else {
        view.setInt32(position, sizeBytes);
        write(element, position + 4);
        position += 4 + sizeBytes;
      }
    }
    return finish(oid, rows.length, nulls, position);
  };
}

/** Elements of UTF-8; `prefix` is written before each. */
function utf8<Row>(oid: number, value: (row: Row) => Maybe<string>, prefix?: number): EncodeArray<Row> {
  return (rows) => {
    let position = HEADER_BYTES;
    let nulls = 0;
    for (const row of rows) {
      const text = value(row);
      if (text === null || text === undefined) {
        nulls += 1;
        room(position, 4);
        view.setInt32(position, -1);
        position += 4;
        continue;
      }
      room(position, 5 + text.length * 3);
      const start = position + 4;
      let end = start;
      if (prefix !== undefined) scratch[end++] = prefix;
      end = writeText(text, end);
      view.setInt32(position, end - start);
      position = end;
    }
    return finish(oid, rows.length, nulls, position);
  };
}

/** Below this length a loop is faster than a call out of JavaScript. */
const SHORT_TEXT = 40;

/** Returns the position behind the text. */
function writeText(text: string, position: number): number {
  const buffer = scratch;
  if (text.length > SHORT_TEXT) return position + buffer.write(text, position);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return position + buffer.write(text, position);
    buffer[position + i] = code;
  }
  return position + text.length;
}

/** The buffer's own methods refuse what does not fit; a view would cut it in silence. */
function writeInt4(value: number, position: number): void {
  if ((value | 0) === value) view.setInt32(position, value);
  else scratch.writeInt32BE(value, position);
}
const writeInt2 = (value: number, position: number) => scratch.writeInt16BE(value, position);
const writeInt8 = (value: number | bigint, position: number) => scratch.writeBigInt64BE(BigInt(value), position);
const writeBool = (value: boolean, position: number) => scratch.writeUInt8(value ? 1 : 0, position);

const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);
/** Microseconds since 2000; whole in a double for 285 years to either side. */
function writeTimestamp(timeMs: number, position: number): void {
  const micros = (timeMs - POSTGRES_EPOCH_MS) * 1_000;
  view.setInt32(position, Math.floor(micros / 2 ** 32));
  view.setInt32(position + 4, micros | 0);
}

const nibble = (code: number) => (code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57);

/** With or without dashes. */
function writeUuid(text: string, position: number): void {
  let i = 0;
  for (let byte = 0; byte < 16; byte += 1) {
    if (text.charCodeAt(i) === 0x2d) i += 1;
    scratch[position + byte] = (nibble(text.charCodeAt(i)) << 4) | nibble(text.charCodeAt(i + 1));
    i += 2;
  }
}

/** The first 16 hexadecimal digits as 64 bits. */
function writeInt8FromHex(text: string, position: number): void {
  for (let i = 0; i < 8; i += 1) {
    scratch[position + i] = (nibble(text.charCodeAt(2 * i)) << 4) | nibble(text.charCodeAt(2 * i + 1));
  }
}

export const int2Array = <Row>(value: (row: Row) => Maybe<number>) => fixed(OID.int2, 2, value, writeInt2);
export const int4Array = <Row>(value: (row: Row) => Maybe<number>) => fixed(OID.int4, 4, value, writeInt4);
export const int8Array = <Row>(value: (row: Row) => Maybe<number | bigint>) => fixed(OID.int8, 8, value, writeInt8);
/** At least 16 hexadecimal digits; those behind them are left out. */
export const int8FromHexArray = <Row>(value: (row: Row) => Maybe<string>) =>
  fixed(OID.int8, 8, value, writeInt8FromHex);
export const boolArray = <Row>(value: (row: Row) => Maybe<boolean>) => fixed(OID.bool, 1, value, writeBool);
/** Instants in milliseconds since 1970. */
export const timestampArray = <Row>(value: (row: Row) => Maybe<number>) =>
  fixed(OID.timestamptz, 8, value, writeTimestamp);
/** 32 hexadecimal digits, with or without dashes. */
export const uuidArray = <Row>(value: (row: Row) => Maybe<string>) => fixed(OID.uuid, 16, value, writeUuid);
/** Texts without NUL and lone surrogates. */
export const textArray = <Row>(value: (row: Row) => Maybe<string>) => utf8(OID.text, value);
/** Anything that JSON can say; the format's version number stands before each. */
export const jsonbArray = <Row>(value: (row: Row) => unknown) =>
  utf8(
    OID.jsonb,
    (row: Row) => {
      const content = value(row);
      return content === null || content === undefined ? null : JSON.stringify(content);
    },
    1,
  );
