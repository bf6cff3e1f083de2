import { isFields } from './json.ts';
import type { Reader } from './reader.ts';
import { WrapSession } from './session.ts';
import { watchFetch } from './wire.ts';

/** What is done with a method of a client, by its path (`chat.completions.create`). */
type MethodRule =
  /** A call of it is recorded. */
  | { kind: 'record'; reader: Reader }
  /** A call of it may bring the result of a recorded one. */
  | { kind: 'follow'; reader: Reader }
  /** It is billed and not recorded. */
  | { kind: 'unrecorded' };

export type MethodRules = Readonly<Record<string, MethodRule>>;

type AnyFunction = (...args: unknown[]) => unknown;

const originals = new WeakMap<object, { client: object; session: WrapSession }>();

/** The client behind a wrapped one, with the session that wraps it. */
export function unwrapClient(client: object): { client: object; session: WrapSession } | undefined {
  return originals.get(client);
}

/**
 * Puts a proxy around a client. The host's own client stays as it is; the proxy answers with the client's own
 * properties and methods, save for those that the rules name. Methods run on the client's own objects, never on a
 * proxy, because these have private fields.
 */
export function wrapClient<C extends object>(client: C, session: WrapSession, rules: MethodRules): C {
  watchFetch(client);
  const wrapped = new ClientProxy(client, session, rules).root as C;
  originals.set(wrapped, { client, session });
  return wrapped;
}

class ClientProxy {
  readonly root: object;
  readonly #session: WrapSession;
  readonly #rules: MethodRules;
  readonly #namespaces = new Set<string>();
  /** Namespaces with a recorded method: their other methods are helpers that may call it. */
  readonly #recorded = new Set<string>();

  constructor(client: object, session: WrapSession, rules: MethodRules) {
    this.#session = session;
    this.#rules = rules;
    for (const [path, { kind }] of Object.entries(rules)) {
      const steps = path.split('.');
      for (let length = 1; length < steps.length; length++) this.#namespaces.add(steps.slice(0, length).join('.'));
      if (kind === 'record') this.#recorded.add(steps.slice(0, -1).join('.'));
    }
    this.root = this.#proxy(client, '');
  }

  #proxy(target: object, path: string): object {
    const children = new WeakMap<object, object>();
    const once = (value: object, make: () => object): object => {
      const known = children.get(value);
      if (known !== undefined) return known;
      const made = make();
      children.set(value, made);
      return made;
    };
    const proxy: object = new Proxy(target, {
      get: (_, key) => {
        // With the client itself as the receiver: getters read private fields.
        const value: unknown = Reflect.get(target, key, target);
        if (typeof key !== 'string' || key === 'constructor') return value;
        const inner = path === '' ? key : `${path}.${key}`;
        if (typeof value === 'function') {
          return once(value, () => this.#method(value as AnyFunction, target, proxy, path, inner));
        }
        return isFields(value) && this.#namespaces.has(inner) ? once(value, () => this.#proxy(value, inner)) : value;
      },
      set: (_, key, value) => Reflect.set(target, key, value, target),
    });
    return proxy;
  }

  #method(method: AnyFunction, target: object, proxy: object, namespace: string, path: string): object {
    const rule = this.#rules[path];
    const helper =
      rule === undefined && this.#recorded.has(namespace) ? this.#helper(target, proxy, namespace) : target;
    return new Proxy(method, {
      apply: (_, thisArgument, args) => {
        const send = (sent: unknown[]) => Reflect.apply(method, thisArgument === proxy ? helper : thisArgument, sent);
        if (rule?.kind === 'record') return this.#session.record(rule.reader, args, send);
        if (rule?.kind === 'follow') return this.#session.follow(rule.reader, args, send);
        if (rule?.kind === 'unrecorded') this.#session.unrecorded(path);
        const result = send(args);
        return path === 'withOptions' && isFields(result) ? this.#rewrap(result) : result;
      },
    });
  }

  /**
   * What the helpers of a resource (`parse()`, `stream()`, `runTools()`) run on: a resource of the same class, whose
   * client is the proxy and whose `create()` is the recorded one. A resource is nothing but its client, in both
   * libraries. Where it cannot be made so (a mock), helpers run unrecorded.
   */
  #helper(target: object, proxy: object, namespace: string): object {
    try {
      const resource = target.constructor;
      if (resource === Object || Reflect.get(target, '_client') === undefined) return target;
      const helper: object = Reflect.construct(resource, [this.root]);
      if (Reflect.get(helper, '_client') !== this.root) return target;
      for (const path of Object.keys(this.#rules)) {
        const method = path.slice(path.lastIndexOf('.') + 1);
        if (path !== `${namespace}.${method}`) continue;
        const recorded: unknown = Reflect.get(proxy, method);
        if (typeof recorded !== 'function') continue;
        const value = (...args: unknown[]) => Reflect.apply(recorded, proxy, args);
        Object.defineProperty(helper, method, { value, writable: true, configurable: true });
      }
      return helper;
    } catch {
      return target;
    }
  }

  #rewrap(client: object): object {
    const { recorder, options, family } = this.#session;
    return wrapClient(client, new WrapSession(client, recorder, options, family), this.#rules);
  }
}
