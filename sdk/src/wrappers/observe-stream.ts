import { at, isFields } from './json.ts';

/** How the host's reading of a stream ended. */
export type StreamEnd =
  /** The server ended it, and the host has read all of it. */
  | { kind: 'ended' }
  /** The host left early, or aborted the request. */
  | { kind: 'cancelled' }
  | { kind: 'failed'; error: unknown };

export interface StreamObserver {
  /** Sees each event before the host does. False takes the event out of the stream. Must not throw. */
  event(event: unknown): boolean;
  /** Called once. Must not throw. */
  end(end: StreamEnd): void;
  /** The end is near: `end()` is called before this resolves. Must not throw. */
  ending(work: Promise<void>): void;
}

/** The stream objects of both clients: an iterable with the controller of its request. */
export interface ClientStream extends AsyncIterable<unknown> {
  controller: Pick<AbortController, 'signal'>;
}

type Source = () => AsyncIterator<unknown>;

export function isClientStream(value: unknown): value is ClientStream {
  return isFields(value) && Symbol.asyncIterator in value && isFields(at(value, 'controller', 'signal'));
}

/**
 * Reports the host's reading of a stream, by replacing the source of its iterator in place: the host keeps the
 * client's own object with all of its methods (`tee()`, `toReadableStream()`, `controller`). Only the first reading
 * is reported; a second one fails in the client as it always does.
 */
export function observeStream(stream: ClientStream, observer: StreamObserver): void {
  let started = false;
  let over = false;
  const { signal } = stream.controller;
  const end = (how: StreamEnd) => {
    if (over) return;
    over = true;
    signal.removeEventListener('abort', onAbort);
    observer.end(how);
  };
  // An aborted stream may never be read again. The reading itself is let go first: if it notices the abort as an
  // error, or because it failed and aborted the request, its account is the better one.
  const onAbort = () => {
    const letGo = new Promise((resolve) => setImmediate(resolve));
    observer.ending(letGo.then(() => end({ kind: 'cancelled' })));
  };
  signal.addEventListener('abort', onAbort, { once: true });

  const onReturn = () => end({ kind: 'cancelled' });
  const replace = (property: string | symbol, make: (original: Source) => Source) => {
    const original: Source = Reflect.get(stream, property);
    const value = make(() => Reflect.apply(original, stream, []));
    Object.defineProperty(stream, property, { value, writable: true, configurable: true });
  };
  const observed = (source: Source) => () => {
    const iterator = source();
    if (started) return iterator;
    started = true;
    return noticingReturn(read(iterator, observer, signal, end), onReturn);
  };
  // Both clients keep the source in this property, and every method reads it; one puts more around it afterwards.
  if (typeof Reflect.get(stream, 'iterator') !== 'function') replace(Symbol.asyncIterator, observed);
  else {
    replace('iterator', observed);
    replace(Symbol.asyncIterator, (outer) => () => noticingReturn(outer(), onReturn));
  }
}

/** An async generator, as the source is one: calls of `next()` queue up and `return()` behaves in the same way. */
async function* read(
  source: AsyncIterator<unknown>,
  observer: StreamObserver,
  signal: AbortSignal,
  end: (how: StreamEnd) => void,
): AsyncGenerator<unknown, unknown, undefined> {
  let exhausted = false;
  try {
    while (true) {
      const result = await source.next();
      if (result.done === true) {
        exhausted = true;
        end(signal.aborted ? { kind: 'cancelled' } : { kind: 'ended' });
        return result.value;
      }
      if (observer.event(result.value)) yield result.value;
    }
  } catch (error) {
    exhausted = true;
    end({ kind: 'failed', error });
    throw error;
  } finally {
    if (!exhausted) {
      end({ kind: 'cancelled' });
      await source.return?.();
    }
  }
}

/** A generator that is closed before its first event runs none of its own code: only `return()` itself tells. */
function noticingReturn(iterator: AsyncIterator<unknown>, onReturn: () => void): AsyncIterator<unknown> {
  const original = iterator.return;
  if (original === undefined) return iterator;
  const value = (...args: unknown[]) => {
    onReturn();
    return Reflect.apply(original, iterator, args);
  };
  Object.defineProperty(iterator, 'return', { value, writable: true, configurable: true });
  return iterator;
}
