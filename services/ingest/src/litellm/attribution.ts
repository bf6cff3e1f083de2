import type { DraftRecord } from '../mapping/sent-record.ts';
import { Tags } from '../mapping/tags.ts';
import { firstName, nameOf } from '../mapping/text.ts';
import { isCacheHit } from './call-type.ts';
import { type Payload, partOf } from './payload.ts';

/** LiteLLM's own name for requests by its master key. */
const NOBODY = 'default_user_id';

/**
 * Who caused a call: what the request's own metadata say (`metadata` of the request and `spend_logs_metadata`), else what
 * the virtual key says. Everything else in those metadata becomes tags, as do the request's tags.
 */
export function attributionOf(payload: Payload): DraftRecord {
  const metadata = partOf(payload.metadata);
  const said = [partOf(metadata.requester_metadata), partOf(metadata.spend_logs_metadata)];
  const at = (...names: string[]) => firstName(...said.flatMap((from) => names.map((name) => from[name])));
  const keyUser = metadata.user_api_key_user_id === NOBODY ? undefined : metadata.user_api_key_user_id;
  return {
    feature: at('feature') ?? nameOf(metadata.user_api_key_alias),
    environment: at('environment'),
    user: firstName(payload.end_user, metadata.user_api_key_end_user_id) ?? at('user', 'user_id') ?? nameOf(keyUser),
    session: at('session', 'session_id') ?? nameOf(payload.session_id),
    customer: at('customer', 'customer_id'),
    traceId: nameOf(payload.trace_id) ?? at('trace_id'),
    tags: tagsOf(payload, metadata, said),
  };
}

const USED: ReadonlySet<string> = new Set([
  'feature',
  'environment',
  'user',
  'user_id',
  'session',
  'session_id',
  'customer',
  'customer_id',
  'trace_id',
  'tags',
]);

function tagsOf(payload: Payload, metadata: Payload, said: readonly Payload[]): Record<string, string> | undefined {
  const tags = new Tags();
  if (isCacheHit(payload)) tags.add('cache_hit', true);
  tags.add('team', firstName(metadata.user_api_key_team_alias, metadata.user_api_key_team_id));
  tags.add('key_alias', nameOf(metadata.user_api_key_alias));
  tags.add('model_group', nameOf(payload.model_group));
  const { request_tags: requestTags } = payload;
  for (const tag of Array.isArray(requestTags) ? requestTags : []) addRequestTag(tags, tag);
  for (const from of said) {
    for (const [name, value] of Object.entries(from)) if (!USED.has(name)) tags.add(name, value);
  }
  return tags.record;
}

/** `team:search` is a name and a value, `batch-job` a name alone. The client's User-Agent, which LiteLLM adds, is none. */
function addRequestTag(tags: Tags, tag: unknown): void {
  if (typeof tag !== 'string' || tag.startsWith('User-Agent:')) return;
  const colon = tag.indexOf(':');
  if (colon <= 0) tags.add(tag, true);
  else tags.add(tag.slice(0, colon), tag.slice(colon + 1).trim());
}
