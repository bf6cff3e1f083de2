import { sql } from 'kysely';
import type { RecommendationScope } from '../../contract/savings.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import type { Db } from '../../db/connection.ts';
import type { NameKind } from './pseudonyms.ts';
import { PUBLIC_WORDS } from './public-names.ts';
import type { Subject } from './usage-figures.ts';

const MAX_FINDINGS = 20;

interface Naming {
  of(kind: NameKind, value: string, label?: string): string;
  provider(name: string): string;
  model(provider: string, name: string): string;
}

interface Row {
  rule: string;
  scope: RecommendationScope;
  saving: bigint;
  confidence: string;
  project_name: string | null;
  key_name: string | null;
}

/** What our own rules have found already, so that it need not be found again. Their sentences stay here: they name names. */
export async function readFindings(tx: Db, { organization, projectIds }: Subject, naming: Naming): Promise<unknown[]> {
  const { rows } = await sql<Row>`
    select r.rule, r.scope, r.saving_pico_usd_per_month as saving, r.confidence, p.name as project_name, k.name as key_name
    from recommendations r
    left join projects p on p.id = (r.scope ->> 'projectId')::integer
    left join api_keys k on k.id = (r.scope ->> 'keyId')::integer
    where r.organization_id = ${organization.id} and r.source = 'rule' and r.state in ('open', 'accepted')
      and (r.project_id is null or r.project_id = any(${[...projectIds]}::integer[]))
    order by r.saving_pico_usd_per_month desc, r.id
    limit ${MAX_FINDINGS}`.execute(tx);
  return rows.map(({ rule, scope, saving, confidence, project_name, key_name }) => ({
    rule,
    savingPerMonth: formatPicoUsd(saving).replace(/(\.\d{2})\d+$/, '$1'),
    confidence,
    ...nameScope(scope, naming, { project: project_name, key: key_name }),
  }));
}

function nameScope(
  scope: RecommendationScope,
  { of, provider, model }: Naming,
  labels: { project: string | null; key: string | null },
): Record<string, string> {
  const word = (kind: 'tier' | 'effort', value: string) => (PUBLIC_WORDS.has(value) ? value : of(kind, value));
  const { projectId, keyId, provider: by, model: name, feature, user, customer, serviceTier, reasoningEffort } = scope;
  return {
    ...(projectId === undefined
      ? {}
      : { project: of('project', String(projectId), labels.project ?? String(projectId)) }),
    ...(keyId === undefined || keyId === 0 ? {} : { key: of('key', String(keyId), labels.key ?? String(keyId)) }),
    ...(by ? { provider: provider(by) } : {}),
    ...(name ? { model: model(by ?? '', name) } : {}),
    ...(feature ? { feature: of('feature', feature) } : {}),
    ...(user ? { user: of('user', user) } : {}),
    ...(customer ? { customer: of('customer', customer) } : {}),
    ...(serviceTier ? { tier: word('tier', serviceTier) } : {}),
    ...(reasoningEffort ? { effort: word('effort', reasoningEffort) } : {}),
  };
}
