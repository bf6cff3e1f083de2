/**
 * How the server answers one request. Everything has a default: `{}` is a short answer with plain usage.
 * What is set is taken as it is, so that a test can say exactly which usage goes over the wire.
 */
export interface ScriptedReply {
  /** The pieces of the answer; each is an event of its own in a stream. Default `['Hello', ' world']`. */
  pieces?: readonly string[];
  /** Calls this tool: the pieces are its input, as JSON. */
  tool?: string;
  /** The model that the answer names. Default: the one that was asked for. */
  model?: string;
  /** Default: a new one for each answer. */
  id?: string;
  /** The usage object, as the provider would send it. `null`: the answer has none. */
  usage?: Readonly<Record<string, unknown>> | null;
  serviceTier?: string;
  finishReason?: string;
  /** Web searches that the provider ran. */
  webSearches?: number;
  /** Further fields of the answer itself. */
  fields?: Readonly<Record<string, unknown>>;

  /** An error instead of an answer: this HTTP status with the provider's error body. */
  status?: number;
  /** The error's type, such as `rate_limit_error`. */
  errorType?: string;
  headers?: Readonly<Record<string, string>>;

  /** Sends nothing at all, or nothing more after so many events, until the client goes away or the server closes. */
  hangAfter?: number;
  /** Tears the connection down after so many events. */
  cutAfter?: number;
  /** Ends the stream properly after so many events, too early for the protocol. */
  endAfter?: number;
  /** Sends an error as an event of the stream after so many events. */
  errorAfter?: number;
  /** Between two events. */
  pauseMs?: number;
}
