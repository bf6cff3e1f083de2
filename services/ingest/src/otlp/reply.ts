import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { AppError } from '@tokengrip/core/errors';

/** The encodings of requests; a reply has that of its request. */
export type Encoding = 'application/json' | 'application/x-protobuf';

export interface PartialSuccess {
  rejectedSpans: number;
  errorMessage: string;
}

/** `ExportTraceServiceResponse`: empty where everything was taken. */
export function encodeResponse(encoding: Encoding, partial: PartialSuccess | undefined): string | Buffer {
  if (encoding === 'application/json') {
    if (partial === undefined) return '{}';
    const { rejectedSpans, errorMessage } = partial;
    return JSON.stringify({ partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage } });
  }
  const writer = new BinaryWriter();
  if (partial !== undefined) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).int64(partial.rejectedSpans);
    writer.tag(2, WireType.LengthDelimited).string(partial.errorMessage);
    writer.join();
  }
  return Buffer.from(writer.finish());
}

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto by our HTTP statuses. */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  413: 11,
  415: 3,
  429: 8,
  503: 14,
};
const RPC_INTERNAL = 13;

/** `google.rpc.Status`, the body of every error. */
export function encodeStatus(encoding: Encoding, error: AppError): string | Buffer {
  const code = RPC_CODES[error.status] ?? RPC_INTERNAL;
  if (encoding === 'application/json') return JSON.stringify({ code, message: error.message });
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int32(code);
  writer.tag(2, WireType.LengthDelimited).string(error.message.toWellFormed());
  return Buffer.from(writer.finish());
}
