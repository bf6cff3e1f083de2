import type { UsageRecord } from '../contract/usage.ts';
import { sampleAnomaly } from './anomaly.ts';
import { HOUR } from './calendar.ts';
import { SAMPLE_COMPANY } from './company/company.ts';
import { Demand, ModelMix, withinHour } from './demand.ts';
import { hashOf, hashOfText, Random } from './random.ts';
import { Player, SESSION_SPAN_HOURS } from './session.ts';
import type { FeatureProfile, Incident, ModelProfile, SampleOptions } from './types.ts';

interface Feature {
  profile: FeatureProfile;
  key: number;
  mix: ModelMix;
  models: ModelProfile[];
  callsPerStart: number;
}

interface Pending {
  at: number;
  record: UsageRecord;
}

/**
 * Realistic usage records of one company in the order of time, from `from` to just before `to`.
 *
 * The same options give the same records, byte for byte. Every hour has random streams of its own, so that with a fixed
 * `reference` a longer period begins with the records of a shorter one, and parts can be generated apart. Holds one hour in
 * memory; the result can be iterated several times.
 *
 * Throws a `RangeError` for an unknown time zone, and for a name of a model, rhythm or feature that the company does not have.
 */
export function generateSample(options: SampleOptions): Iterable<UsageRecord> {
  const generator = new Generator(options);
  return { [Symbol.iterator]: () => generator.records() };
}

class Generator {
  private readonly seed: number;
  private readonly from: number;
  private readonly to: number;
  private readonly demand: Demand;
  private readonly features: Feature[];
  private readonly incidents: readonly Incident[];
  private readonly callsPerWeight: number;
  private readonly player: Player;

  constructor(options: SampleOptions) {
    const { seed, from, to, timeZone, company = SAMPLE_COMPANY, calls } = options;
    const reference = options.reference ?? { from, to };
    this.seed = seed;
    this.from = from.getTime();
    this.to = to.getTime();
    this.demand = new Demand(company, seed, timeZone);
    this.player = new Player(company, seed);
    this.features = company.features.map((profile) => {
      const mix = new ModelMix(profile.mix);
      const models = mix.models.map((name) => {
        const model = company.models[name];
        if (!model) throw new RangeError(`feature ${profile.name} uses an unknown model: ${name}`);
        return model;
      });
      return { profile, key: hashOfText(profile.name), mix, models, callsPerStart: callsPerStart(profile) };
    });
    const anomaly = options.incidents
      ? undefined
      : sampleAnomaly({ ...options, from: reference.from, to: reference.to });
    this.incidents = options.incidents ?? (anomaly ? [anomaly] : []);
    for (const { feature } of this.incidents) {
      if (!this.features.some(({ profile }) => profile.name === feature)) {
        throw new RangeError(`an incident is in an unknown feature: ${feature}`);
      }
    }
    const weight = this.weightOf(reference.from.getTime(), reference.to.getTime());
    this.callsPerWeight = weight > 0 ? calls / weight : 0;
  }

  *records(): IterableIterator<UsageRecord> {
    let pending: Pending[] = [];
    const first = Math.floor(this.from / HOUR) * HOUR;
    for (let hour = first - SESSION_SPAN_HOURS * HOUR; hour < this.to; hour += HOUR) {
      this.startAll(hour, pending);
      const end = hour + HOUR;
      const due = pending.filter(({ at }) => at < end);
      pending = pending.filter(({ at }) => at >= end);
      due.sort(inOrder);
      for (const { at, record } of due) if (at >= this.from && at < this.to) yield record;
    }
  }

  /** Plays the conversations that begin in this hour. */
  private startAll(hour: number, pending: Pending[]): void {
    const emit = (at: number, record: UsageRecord) => {
      pending.push({ at, record });
    };
    for (const feature of this.features) {
      const { weight, slope } = this.demand.inHour(feature.profile, hour);
      // Conversations that begin in such an hour.
      const usual = (weight * this.callsPerWeight) / feature.callsPerStart;
      if (usual === 0) continue;
      const cumulative = feature.mix.cumulativeAt(hour);
      const start = (at: number, incident: Incident | undefined, random: Random) => {
        const index = incident?.model ? feature.mix.models.indexOf(incident.model) : random.pick(cumulative);
        const model = feature.models[index];
        if (!model) throw new RangeError(`feature ${feature.profile.name} has no model ${incident?.model}`);
        const share = (cumulative[index] ?? 0) - (cumulative[index - 1] ?? 0);
        this.player.play({ feature: feature.profile, model, at, startsPerHour: usual * share, incident }, random, emit);
      };
      const random = new Random(this.seed, hour / HOUR, feature.key);
      for (let count = random.poisson(usual); count > 0; count--) {
        start(hour + Math.floor(withinHour(random.fraction(), slope) * HOUR), undefined, random);
      }
      this.incidents.forEach((incident, index) => {
        if (incident.feature !== feature.profile.name) return;
        const begin = Math.max(hour, incident.from.getTime());
        const length = Math.min(hour + HOUR, incident.to.getTime()) - begin;
        if (length <= 0) return;
        const own = new Random(hashOf(this.seed, 41, index), hour / HOUR, feature.key);
        for (let count = own.poisson(((incident.factor - 1) * usual * length) / HOUR); count > 0; count--) {
          start(begin + own.below(length), incident, own);
        }
      });
    }
  }

  private weightOf(from: number, to: number): number {
    let sum = 0;
    for (let hour = Math.floor(from / HOUR) * HOUR; hour < to; hour += HOUR) {
      const share = (Math.min(to, hour + HOUR) - Math.max(from, hour)) / HOUR;
      for (const { profile } of this.features) sum += share * this.demand.inHour(profile, hour).weight;
    }
    return sum;
  }
}

function inOrder(a: Pending, b: Pending): number {
  return a.at - b.at || ((a.record.id ?? '') < (b.record.id ?? '') ? -1 : 1);
}

/** Mean length of a geometric number of turns that is cut at its maximum. */
function callsPerStart({ conversation }: FeatureProfile): number {
  if (!conversation) return 1;
  const stop = 1 / conversation.meanTurns;
  return (1 - Math.exp(conversation.maxTurns * Math.log(1 - stop))) / stop;
}
