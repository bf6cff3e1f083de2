import { hash } from 'node:crypto';
import { CompiledQuery } from 'kysely';
import { providerFamily } from '../../cost/providers.ts';
import { int4Array, textArray, timestampArray, uuidArray } from '../../db/binary-array.ts';
import type { Db } from '../../db/connection.ts';
import { type UnnestColumn, unnestInsert, unnestParameters } from '../../db/unnest.ts';
import type { PreparedRecord } from './prepared-record.ts';

/** A provider's response as one of our records reports it. */
interface Claim {
  record: PreparedRecord;
  provider: string;
  responseHash: string;
}

const CLAIM_COLUMNS: readonly UnnestColumn<Claim>[] = [
  { name: 'project_id', travels: 'integer', encode: int4Array((claim) => claim.record.projectId) },
  { name: 'provider', travels: 'text', encode: textArray((claim) => claim.provider) },
  { name: 'response_hash', travels: 'uuid', encode: uuidArray((claim) => claim.responseHash) },
  { name: 'ts', travels: 'timestamptz', encode: timestampArray((claim) => claim.record.ts.getTime()) },
  { name: 'event_id', travels: 'uuid', encode: uuidArray((claim) => claim.record.eventId) },
  { name: 'source', travels: 'text', encode: textArray((claim) => claim.record.source) },
];

const CLAIM = `/* prepared: claim_responses */
  ${unnestInsert('provider_responses', CLAIM_COLUMNS, 'on conflict do nothing')}`;

const WINNERS = `/* prepared: response_winners */
  select r.project_id, r.provider, replace(r.response_hash::text, '-', '') as response_hash, r.event_id, r.source
  from unnest($1::integer[], $2::text[], $3::uuid[]) as claim (project_id, provider, response_hash)
  join provider_responses r using (project_id, provider, response_hash)`;

interface Winner {
  project_id: number;
  provider: string;
  response_hash: string;
  event_id: string;
  source: string;
}

/**
 * Finds the records of responses that another source has reported already, in the transaction that writes the records:
 * the SDK and a proxy behind it, say. The first record of a response counts; the others are stored beside it.
 *
 * Two records of one source are two calls, whatever their ids say: a sender's own repetition has the same event id, and
 * there are servers that give every response the same id.
 * @returns for each of the later records the event id of the one that counts
 */
export async function claimResponses(tx: Db, records: readonly PreparedRecord[]): Promise<Map<PreparedRecord, string>> {
  const claims = records.flatMap(claimOf).sort(byKey);
  const duplicates = new Map<PreparedRecord, string>();
  if (claims.length === 0) return duplicates;
  const { numAffectedRows } = await tx.executeQuery(CompiledQuery.raw(CLAIM, unnestParameters(CLAIM_COLUMNS, claims)));
  // Nearly always nobody was there before.
  if (Number(numAffectedRows) === claims.length) return duplicates;
  const key = CLAIM_COLUMNS.slice(0, 3);
  const { rows } = await tx.executeQuery<Winner>(CompiledQuery.raw(WINNERS, unnestParameters(key, claims)));
  const winners = new Map(rows.map((row) => [`${row.project_id} ${row.response_hash} ${row.provider}`, row]));
  for (const { record, provider, responseHash } of claims) {
    const winner = winners.get(`${record.projectId} ${responseHash} ${provider}`);
    if (winner && winner.event_id !== record.eventId && winner.source !== record.source) {
      duplicates.set(record, winner.event_id);
    }
  }
  return duplicates;
}

function claimOf(record: PreparedRecord): Claim[] {
  if (record.responseId === null) return [];
  const responseHash = hash('sha256', record.responseId, 'hex').slice(0, 32);
  return [{ record, provider: providerFamily(record.provider), responseHash }];
}

/** The order of the table's key, which keeps two writers from waiting for each other; of one response the first in time. */
const byKey = (a: Claim, b: Claim): number =>
  a.record.projectId - b.record.projectId ||
  compare(a.provider, b.provider) ||
  compare(a.responseHash, b.responseHash) ||
  a.record.ts.getTime() - b.record.ts.getTime() ||
  compare(a.record.eventId, b.record.eventId);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
