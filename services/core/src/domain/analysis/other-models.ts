import { sql } from 'kysely';
import { providerFamily } from '../../cost/providers.ts';
import type { Db } from '../../db/connection.ts';
import type { Subject } from './usage-figures.ts';

const MAX_PER_PROVIDER = 30;

interface Row {
  provider: string;
  model: string;
  input: string;
  output: string;
}

/**
 * Models of the public price list, of the providers that are used, with what a million tokens costs in USD: what can be
 * switched to. Dated spellings of one model are left out.
 */
export async function readOtherModels(tx: Db, { projectIds, from, to }: Subject, now: Date): Promise<Row[]> {
  const { rows: used } = await sql<{ provider: string }>`
    select provider, sum(total_pico_usd) as cost from usage_15m
    where project_id = any(${[...projectIds]}::integer[]) and bucket >= ${from} and bucket < ${to}
    group by provider order by cost desc, provider limit 20`.execute(tx);
  const families = [...new Set(used.map(({ provider }) => providerFamily(provider)))];
  const { rows } = await sql<Row>`
    with priced as (
      select entry ->> 'provider' as provider, model_key as model,
        (entry -> 'rates' ->> 'input_cost_per_token')::numeric * 1000000 as input,
        (entry -> 'rates' ->> 'output_cost_per_token')::numeric * 1000000 as output
      from price_versions
      where superseded_at is null and origin in ('snapshot', 'sync') and effective_from <= ${now}
        and (effective_to is null or effective_to > ${now})
        and entry ->> 'mode' in ('chat', 'responses') and entry ->> 'provider' = any(${families}::text[])
        and model_key not like 'ft:%' and model_key !~ '[@-](20)?[0-9]{2}-?[0-9]{2}-?[0-9]{2}'
    ), ranked as (
      select provider, model, trim_scale(input)::text as input, trim_scale(output)::text as output,
        row_number() over (partition by provider order by model desc) as place
      from priced where input > 0 and output > 0
    )
    select provider, model, input, output from ranked where place <= ${MAX_PER_PROVIDER} order by provider, model`.execute(
    tx,
  );
  return rows;
}
