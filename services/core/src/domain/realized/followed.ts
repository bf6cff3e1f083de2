import type { RealizedChange, RealizedScope } from '../../contract/realized.ts';
import type { RecommendationScope, RecommendedChange } from '../../contract/savings.ts';

/** What is followed of a recommendation. */
export interface Followed {
  scope: RealizedScope;
  change: RealizedChange;
}

interface Accepted {
  rule: string;
  scope: RecommendationScope;
  change: RecommendedChange | null;
}

const OUTPUT_CLASSES: ReadonlySet<string> = new Set(['output', 'reasoning']);

/**
 * How a recommendation can be followed in the traffic; `undefined` where it says nothing that shows there.
 *
 * What is about to change is no part of the scope: calls that moved to another model are still the same traffic.
 */
export function followedOf({ rule, scope, change }: Accepted): Followed | undefined {
  const { provider, model } = scope;
  const places = placesOf(scope);
  const names = {
    ...(provider === undefined ? {} : { provider: [provider] }),
    ...(model === undefined ? {} : { model: [model] }),
  };
  const tier = scope.serviceTier === undefined ? {} : { serviceTier: [scope.serviceTier] };
  switch (change?.kind) {
    case 'model': {
      if (provider === undefined || model === undefined) return undefined;
      const to = { provider: change.provider, model: change.model };
      return { scope: { ...places, ...tier }, change: { kind: 'model', from: { provider, model }, to } };
    }
    case 'tier':
      return { scope: { ...places, ...names }, change: { kind: 'tier', to: change.tier } };
    case 'cache':
      return { scope: { ...places, ...names, ...tier }, change: { kind: 'caching' } };
    case 'tokens': {
      const side = OUTPUT_CLASSES.has(change.tokenClass) ? 'output' : 'input';
      return { scope: { ...places, ...names, ...tier }, change: { kind: 'tokens', side } };
    }
    case 'avoid': {
      const unit = rule === 'duplicates' ? 'distinct_requests' : 'ok_calls';
      return { scope: { ...places, ...names, ...tier }, change: { kind: 'calls', unit } };
    }
    case undefined:
      return undefined;
  }
}

const placesOf = ({ projectId, feature, keyId, user, customer }: RecommendationScope): RealizedScope => ({
  ...(projectId === undefined ? {} : { projectId: [projectId] }),
  ...(feature === undefined ? {} : { feature: [feature] }),
  ...(keyId === undefined ? {} : { key: [keyId] }),
  ...(user === undefined ? {} : { user: [user] }),
  ...(customer === undefined ? {} : { customer: [customer] }),
});
