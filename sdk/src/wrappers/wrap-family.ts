import type { Recorder } from '../client/recorder.ts';
import { mergeAttribution } from '../record/attribution.ts';
import { isFields } from './json.ts';
import type { WrapOptions } from './options.ts';
import { WrapSession } from './session.ts';
import { type MethodRules, unwrapClient, wrapClient } from './wrap-client.ts';

/**
 * Wraps a client of one of the families. Without a recorder (a client that is switched off) there is nothing to do.
 * A client that is wrapped already is not recorded twice: the options of both are merged.
 */
export function wrapFamily<C extends object>(
  client: C,
  recorder: Recorder | undefined,
  options: WrapOptions,
  family: 'openai' | 'anthropic',
  rules: MethodRules,
): C {
  if (recorder === undefined || !isFields(client)) return client;
  const wrap = () => {
    const inner = unwrapClient(client);
    if (inner === undefined || inner.session.recorder !== recorder) {
      return wrapClient(client, new WrapSession(client, recorder, options, family), rules);
    }
    const merged = { ...inner.session.options, ...options, ...mergeAttribution(inner.session.options, options) };
    return wrapClient(inner.client, new WrapSession(inner.client, recorder, merged, family), rules) as C;
  };
  return recorder.warnings.guard(wrap) ?? client;
}
