import { isFields } from './json.ts';

/** What is told of a promise. Each may be called more than once, as a promise may be read, and must not throw. */
export interface PromiseObserver {
  /** The host gets this value. */
  readonly succeeded: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
  /** The host asks for the raw response. Comes before the request is sent, if the host asks in the same breath. */
  readonly rawWanted: () => void;
  /** The host gets the raw response, and nobody parses it. */
  readonly responded: (response: unknown) => void;
}

type Method = (...args: unknown[]) => unknown;
type Reaction = ((value: unknown) => unknown) | null | undefined;

/**
 * Reports what becomes of a promise of a provider's client, and returns that promise itself. The clients' promises
 * parse the answer only when they are read, and in the way in which they are read: so it is the reading that is
 * observed, and a promise that nobody reads stays as unread as it was.
 */
export function observePromise<T>(promise: T, observer: PromiseObserver): T {
  if (!isFields(promise) || typeof promise.then !== 'function') return promise;
  // `await` reads a plain promise without calling its methods: there is nothing to replace, and nothing else to keep.
  if (promise instanceof Promise && promise.constructor === Promise) {
    return promise.then(passing(observer.succeeded), failing(observer.failed)) as T;
  }
  const then = promise.then as Method;
  let parsed = false;
  let settled: Promise<unknown> | undefined;
  const settle = (): Promise<unknown> => {
    parsed = true;
    settled ??= Promise.resolve(Reflect.apply(then, promise, [passing(observer.succeeded), failing(observer.failed)]));
    return settled;
  };
  /** Replaces a method that the promise has. `make` gets the original. */
  const replace = (name: string, make: (original: Method) => Method) => {
    const method = promise[name];
    if (typeof method !== 'function') return;
    const value = make((...args) => Reflect.apply(method, promise, args));
    Object.defineProperty(promise, name, { value, writable: true, configurable: true });
  };

  replace('withResponse', (original) => () => {
    parsed = true;
    const report = ({ data }: { data: unknown }) => observer.succeeded(data);
    return (original() as Promise<{ data: unknown }>).then(passing(report), failing(observer.failed));
  });
  replace('asResponse', (original) => () => {
    if (!parsed) observer.rawWanted();
    const report = (response: unknown) => {
      if (!parsed) observer.responded(response);
    };
    return (original() as Promise<unknown>).then(passing(report), failing(observer.failed));
  });
  // The helpers of the clients (`parse()`, `stream()`) derive promises of their own with these two.
  replace('_thenUnwrap', (original) => (transform) => {
    const derived = original((value: unknown, ...rest: unknown[]) => {
      observer.succeeded(value);
      return (transform as Method)(value, ...rest);
    });
    return observePromise(derived, { ...observer, succeeded: () => undefined });
  });
  replace('_responseProps', (original) => () => (original() as Promise<unknown>).catch(failing(observer.failed)));
  replace('catch', () => (onRejected) => settle().catch(onRejected as Reaction));
  replace('finally', () => (onFinally) => settle().finally(onFinally as (() => void) | undefined));
  replace('then', () => (onFulfilled, onRejected) => settle().then(onFulfilled as Reaction, onRejected as Reaction));
  return promise;
}

function passing<V>(report: (value: V) => void): (value: V) => V {
  return (value) => {
    report(value);
    return value;
  };
}

function failing(report: (error: unknown) => void): (error: unknown) => never {
  return (error) => {
    report(error);
    throw error;
  };
}
