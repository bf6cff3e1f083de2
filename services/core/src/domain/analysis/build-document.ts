import { DAY } from '../../clock.ts';
import type { AnalysisSample } from '../../contract/analysis.ts';
import type { Snapshot } from '../../db/scope.ts';
import { listValues } from '../usage/list-values.ts';
import { readCallPatterns, readLatestValues } from './call-patterns.ts';
import { readFindings } from './found-by-rules.ts';
import { findKnownNames } from './known-names.ts';
import { readOtherModels } from './other-models.ts';
import { createPseudonyms, type NameTable } from './pseudonyms.ts';
import { loadPublicNames, PUBLIC_WORDS } from './public-names.ts';
import { redact } from './redact.ts';
import { type CapturedSample, readSamples } from './samples.ts';
import { readGroups, readTimes, readTotals, type Subject } from './usage-figures.ts';

const TOP = 15;
const TAG_KEYS = 3;

export interface BuiltDocument {
  /** The message, to the byte. */
  text: string;
  names: NameTable;
  /** What of it is captured text, for whoever decides about it. */
  samples: AnalysisSample[];
  sampleProjectIds: number[];
}

/**
 * Writes down what is sent: figures of a period, with a pseudonym in the place of every name that is the organization's or
 * its callers'. Names of models and providers stay where they are in the public price list. One view of the database, and
 * the same view makes the same document.
 */
export async function buildDocument(
  tx: Snapshot,
  subject: Subject,
  options: { includeSamples: boolean; leaveOut: ReadonlySet<string>; now: Date },
): Promise<BuiltDocument> {
  const pseudonyms = createPseudonyms();
  const publicNames = await loadPublicNames(tx, subject.organization.id);
  const provider = (name: string) => (publicNames.isProvider(name) ? name : pseudonyms.of('provider', name));
  const model = (of: string, name: string) => (publicNames.isModel(of, name) ? name : pseudonyms.of('model', name));
  const word = (kind: 'tier' | 'effort' | 'error', name: string) =>
    PUBLIC_WORDS.has(name) ? name : pseudonyms.of(kind, name);
  const named =
    (kind: 'feature' | 'environment' | 'user' | 'customer' | 'key' | 'project') =>
    ({ key, label }: { key: string[]; label: string[] }) => ({
      // Key 0 is "without one".
      [kind]: kind === 'key' && key[0] === '0' ? 'none' : pseudonyms.of(kind, key[0] ?? '', label[0]),
    });
  const groups = (kind: Parameters<typeof named>[0], limit = TOP, short = false) =>
    readGroups(tx, subject, { groupBy: [kind], limit, short, name: named(kind) });

  const { totals, before } = await readTotals(tx, subject);
  const figures = {
    period: {
      days: Math.round(((subject.to.getTime() - subject.from.getTime()) / DAY) * 100) / 100,
      from: subject.from.toISOString(),
      to: subject.to.toISOString(),
    },
    totals,
    periodBefore: before,
    byModel: await readGroups(tx, subject, {
      groupBy: ['provider', 'model'],
      limit: 25,
      name: ({ key: [of = '', name = ''] }) => ({ provider: provider(of), model: model(of, name) }),
    }),
    byFeature: await groups('feature', 25),
    byFeatureAndModel: await readGroups(tx, subject, {
      groupBy: ['feature', 'model'],
      limit: 30,
      short: true,
      name: ({ key: [feature = '', name = ''] }) => ({
        feature: pseudonyms.of('feature', feature),
        model: model('', name),
      }),
    }),
    byProject: await groups('project'),
    byEnvironment: await groups('environment', 8, true),
    byKey: await groups('key', 10, true),
    byCustomer: await groups('customer', TOP, true),
    byUser: await groups('user', TOP, true),
    byServiceTier: await readGroups(tx, subject, {
      groupBy: ['serviceTier'],
      limit: 8,
      short: true,
      name: ({ key }) => ({ tier: key[0] ? word('tier', key[0]) : 'none' }),
    }),
    byTag: await readTags(tx, subject, options.now, pseudonyms.of),
    ...(await readTimes(tx, subject)),
    patternsOfLatestCalls: (await readCallPatterns(tx, subject)).map((pattern) => ({
      feature: pseudonyms.of('feature', pattern.feature),
      provider: provider(pattern.provider),
      model: model(pattern.provider, pattern.model),
      ...pattern.figures,
    })),
    effortsOfLatestCalls: (await readLatestValues(tx, subject, 'reasoning_effort')).map(({ value, ...rest }) => ({
      effort: word('effort', value),
      ...rest,
    })),
    errorsOfLatestCalls: (await readLatestValues(tx, subject, 'error_type')).map(({ value, ...rest }) => ({
      error: word('error', value),
      ...rest,
    })),
    foundByOurRules: await readFindings(tx, subject, { of: pseudonyms.of, provider, model }),
    modelsToSwitchTo: await readOtherModels(tx, subject, options.now),
  };

  const captured = options.includeSamples ? await readSamples(tx, subject, options.leaveOut) : [];
  const secrets = captured.length > 0 ? await findKnownNames(tx, subject, captured, pseudonyms) : [];
  const clean = captured.map((sample) => cleanSample(sample, secrets));
  const samples = captured.map((sample, i) => ({
    provider: provider(sample.provider),
    model: model(sample.provider, sample.model),
    feature: pseudonyms.of('feature', sample.feature),
    prompt: clean[i]?.prompt ?? null,
    response: clean[i]?.response ?? null,
  }));
  return {
    text: wrap(captured.length > 0 ? { ...figures, samples } : figures),
    names: pseudonyms.table,
    samples: clean,
    sampleProjectIds: [...new Set(captured.map(({ projectId }) => projectId))],
  };
}

/** Nothing inside can end the document: it has no angle brackets. */
function wrap(content: object): string {
  const json = JSON.stringify(content, null, 1).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  return `<document>\n${json}\n</document>`;
}

async function readTags(
  tx: Snapshot,
  subject: Subject,
  now: Date,
  of: (kind: 'tag' | 'tagvalue', value: string) => string,
): Promise<unknown[]> {
  if (subject.projectIds.length === 0) return [];
  const range = { from: subject.from.toISOString(), to: subject.to.toISOString(), projectId: [...subject.projectIds] };
  const keys = await listValues(tx, subject.organization, { dimension: 'tag', ...range, limit: TAG_KEYS, now });
  const tags: unknown[] = [];
  for (const { value: key } of keys.values) {
    const values = await readGroups(tx, subject, {
      groupBy: [`tag:${key}`],
      limit: 8,
      short: true,
      name: (group) => ({ value: group.key[0] ? of('tagvalue', `${key}=${group.key[0]}`) : 'none' }),
    });
    tags.push({ tag: of('tag', key), values });
  }
  return tags;
}

function cleanSample(sample: CapturedSample, secrets: Parameters<typeof redact>[1]): AnalysisSample {
  const parts = [sample.prompt, sample.response].map((text) => (text === null ? null : redact(text, secrets)));
  const redacted: Record<string, number> = {};
  for (const part of parts) {
    for (const [kind, count] of Object.entries(part?.counts ?? {})) redacted[kind] = (redacted[kind] ?? 0) + count;
  }
  return {
    id: sample.id,
    project: { id: sample.projectId, name: sample.projectName },
    feature: sample.feature === '' ? null : sample.feature,
    timestamp: sample.ts.toISOString(),
    prompt: parts[0]?.text ?? null,
    response: parts[1]?.text ?? null,
    redacted,
  };
}
