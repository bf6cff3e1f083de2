/** One request to the server, ready to go. */
export interface OutgoingRequest {
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
  /** Default: `POST` to the address of records. */
  method?: 'GET' | 'POST';
  url?: URL;
}

export interface IncomingReply {
  status: number;
  /** The header's text, or null. */
  retryAfter: string | null;
  etag?: string | null;
  /** At most `MAX_REPLY_CHARACTERS` of it. */
  body: string;
}

/** A reply about 5,000 records, each of them rejected, fits. */
export const MAX_REPLY_CHARACTERS = 4 * 1024 * 1024;

/** Carries requests to the server. Tests replace it. */
export interface Transport {
  /** Rejects if there is no whole reply within the time limit, or when `signal` aborts. */
  send(request: OutgoingRequest, signal: AbortSignal): Promise<IncomingReply>;
  /** Lets go of idle connections. */
  close(): void;
}
