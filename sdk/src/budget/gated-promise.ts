type Method = (...args: unknown[]) => unknown;
type Reaction = ((value: unknown) => unknown) | null | undefined;

/** In a box, since a promise of a promise would be read. */
type Boxed = { promise: unknown };

/** Of a class of its own: `await` reads plain promises without calling their methods. */
class GatedPromise extends Promise<unknown> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }
}

/**
 * What a wrapped method returns while it is not yet decided whether its call may be made: behaves as the promise of the
 * provider's client, which is made as soon as the gate opens. If the gate rejects, so does everything read from this, and
 * the client's method is never called.
 */
export function behind(gate: Promise<void>, send: () => unknown): Promise<unknown> {
  return gated(gate.then(() => ({ promise: send() })));
}

/** As with the client's own promises, what is asked for decides how the answer is read: nothing is read before. */
function gated(inner: Promise<Boxed>): Promise<unknown> {
  // A host that never looks at its call does not end by it.
  inner.catch(() => undefined);
  const read = () => inner.then(({ promise: own }) => own);
  const call = (name: string) => () => inner.then(({ promise: own }) => invoke(own, name, []));
  const promise = new GatedPromise(() => undefined);
  const replace = (name: string, value: Method): void =>
    void Object.defineProperty(promise, name, { value, writable: true, configurable: true });
  replace('then', (onFulfilled, onRejected) => read().then(onFulfilled as Reaction, onRejected as Reaction));
  replace('catch', (onRejected) => read().catch(onRejected as Reaction));
  replace('finally', (onFinally) => read().finally(onFinally as (() => void) | undefined));
  replace('asResponse', call('asResponse'));
  replace('withResponse', call('withResponse'));
  // The helpers of the clients (`parse()`, `stream()`) derive promises of their own with this.
  replace('_thenUnwrap', (transform) =>
    gated(inner.then(({ promise: own }) => ({ promise: invoke(own, '_thenUnwrap', [transform]) }))),
  );
  return promise;
}

function invoke(target: unknown, name: string, args: unknown[]): unknown {
  const method: unknown = Reflect.get(target as object, name);
  if (typeof method !== 'function') throw new TypeError(`${name} is not a function of the client's promise`);
  return Reflect.apply(method as Method, target, args);
}
