import { AsyncLocalStorage } from 'node:async_hooks';
import { isFields } from './json.ts';

/**
 * What is watched, and in one case changed, of a call's HTTP requests. A client retries inside of its own methods;
 * only its `fetch` sees how often. The same place adds OpenAI's `stream_options.include_usage` to the JSON text: the
 * host's own request object must stay the very object that it is, because the client recognizes it by identity.
 */
export interface WireCall {
  /** Recognizes the call's requests among others of the client, such as one for a token. */
  readonly path: RegExp;
  attempts: number;
  /** Whether the request is to ask for the usage of its stream. */
  askForUsage: boolean;
  /** Whether it did, so that the extra chunk is to be taken out of the stream again. */
  asked: boolean;
  /** Whether it is known that the provider takes the question. Else any refusal may be due to it. */
  knowsQuestion: boolean;
  /** Tells what was found out: the provider takes the question, or takes the request only without it. */
  onAnswer(takesQuestion: boolean): void;
}

const running = new AsyncLocalStorage<WireCall>();
const watched = new WeakSet<object>();

/** Runs a method of a watched client as the given call. */
export function runCall<T>(call: WireCall, work: () => T): T {
  return running.run(call, work);
}

/**
 * Watches a client's `fetch`. Outside of `runCall` it behaves as before. Without a `fetch` to watch (a mock, a client
 * with a transport of its own) attempts are not known and streams are not asked for usage.
 */
export function watchFetch(client: object): void {
  const fetch: unknown = Reflect.get(client, 'fetch');
  if (typeof fetch !== 'function' || watched.has(fetch)) return;
  const watching = new Proxy(fetch, {
    apply(target, thisArgument, args) {
      const send = (init: unknown) => Reflect.apply(target, thisArgument, [args[0], init, ...args.slice(2)]);
      const call = running.getStore();
      if (call === undefined || !isOwnRequest(call, args[0], args[1])) return send(args[1]);
      call.attempts += 1;
      const asking = call.askForUsage ? askingForUsage(args[1]) : undefined;
      return asking === undefined ? send(args[1]) : ask(call, asking, args[1], send);
    },
  });
  watched.add(watching);
  Reflect.set(client, 'fetch', watching);
}

function isOwnRequest(call: WireCall, url: unknown, init: unknown): boolean {
  if (!isFields(init) || String(init.method).toUpperCase() !== 'POST') return false;
  try {
    return call.path.test(new URL(String(url)).pathname);
  } catch {
    return false;
  }
}

/**
 * Sends the request with the question. A server that knows no `stream_options` refuses it with 400 or 422, though the
 * host's request is fine: then the host's own request is sent. Neither refusal costs anything.
 */
async function ask(
  call: WireCall,
  asking: unknown,
  original: unknown,
  send: (init: unknown) => Promise<unknown>,
): Promise<unknown> {
  call.asked = true;
  const response = await send(asking);
  if (isFields(response) && response.ok === true) call.onAnswer(true);
  if (!(await isDueToQuestion(response, call.knowsQuestion))) return response;
  call.asked = false;
  call.askForUsage = false;
  const second = await send(original);
  if (isFields(second) && second.ok === true) call.onAnswer(false);
  return second;
}

async function isDueToQuestion(response: unknown, knowsQuestion: boolean): Promise<boolean> {
  if (!isFields(response) || (response.status !== 400 && response.status !== 422)) return false;
  if (!knowsQuestion) return true;
  if (!(response instanceof Response)) return false;
  const text = await response
    .clone()
    .text()
    .catch(() => '');
  return text.includes('stream_options') || text.includes('include_usage');
}

/** The request with `stream_options.include_usage`, undefined where its body is not the JSON that was expected. */
function askingForUsage(init: unknown): unknown {
  if (!isFields(init) || typeof init.body !== 'string') return undefined;
  const body = withUsageQuestion(init.body);
  return body === undefined ? undefined : { ...init, body };
}

function withUsageQuestion(json: string): string | undefined {
  // The usual body has no such field, and then it need not be parsed, however long it is.
  if (!json.includes('"stream_options"')) {
    return json.endsWith('}') ? `${json.slice(0, -1)},"stream_options":{"include_usage":true}}` : undefined;
  }
  try {
    const body: unknown = JSON.parse(json);
    if (!isFields(body)) return undefined;
    const options = isFields(body.stream_options) ? body.stream_options : {};
    return JSON.stringify({ ...body, stream_options: { ...options, include_usage: true } });
  } catch {
    return undefined;
  }
}
