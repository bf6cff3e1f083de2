import { cachePrompt } from './caching.ts';
import { HOUR } from './calendar.ts';
import { type Caller, Callers } from './caller.ts';
import { type Failure, Failures } from './failures.ts';
import { Population } from './population.ts';
import type { Random, Spread } from './random.ts';
import { type Call, type Emit, recordOf, timesOf } from './record.ts';
import { type Prefix, Prefixes, type Request, Requests } from './request.ts';
import { hex128 } from './text.ts';
import type { CompanyProfile, FeatureProfile, Incident, ModelProfile } from './types.ts';
import type { CallCounts, Finish } from './usage-shapes.ts';

/** No conversation takes a turn later than this after its start, so that an hour depends only on the ones just before it. */
const LONGEST_SESSION_MS = 2 * HOUR;
/** A second try of the last turn may come a little later. */
export const SESSION_SPAN_HOURS = 3;
const BEFORE_ASKING_AGAIN_MS: Spread = { median: 4_000, sigma: 0.6, min: 500, max: 60_000 };
/** A history that grew this long is replaced by a summary. */
const COMPACT_ABOVE_TOKENS = 110_000;
const SUMMARY_TOKENS = 6_000;
const FILTERED_SHARE = 0.0008;

/** The first call of a conversation, and what it depends on. */
interface Start {
  feature: FeatureProfile;
  model: ModelProfile;
  at: number;
  /** Conversations of this feature that begin on this model in an hour like this. */
  startsPerHour: number;
  incident: Incident | undefined;
}

/** What a conversation carries from call to call. */
interface Conversation {
  start: Start;
  caller: Caller;
  prefix: Prefix;
  request: Request;
  traceId: string;
  at: number;
  isLast: boolean;
  /** Prompt and answer of the call before, which the next prompt repeats; 0 for none. */
  historyTokens: number;
  previousPromptTokens: number;
  sincePreviousMs: number;
}

/** Plays conversations: single calls, chats and agents with growing histories, caches, failures and second tries. */
export class Player {
  private readonly failureRates: CompanyProfile['failures'];
  private readonly callers: Callers;
  private readonly failures: Failures;
  private readonly prefixes: Prefixes;
  private readonly requests: Requests;

  constructor(company: CompanyProfile, seed: number) {
    this.prefixes = new Prefixes(seed);
    this.failureRates = company.failures;
    this.callers = new Callers(company, new Population(company, seed));
    this.failures = new Failures(company, seed);
    this.requests = new Requests(seed);
  }

  /** Emits the conversation's records in the order of time. */
  play(start: Start, random: Random, emit: Emit): void {
    const { conversation } = start.feature;
    const now: Conversation = {
      start,
      caller: this.callers.draw(start.feature, start.at, start.incident, random),
      prefix: this.prefixes.at(start.feature, start.at),
      request: this.requests.draw(start.feature, true, start.at, random),
      traceId: hex128(random),
      at: start.at,
      isLast: true,
      historyTokens: 0,
      previousPromptTokens: 0,
      sincePreviousMs: 0,
    };
    let turns = 1;
    if (conversation) {
      while (turns < conversation.maxTurns && random.chance(1 - 1 / conversation.meanTurns)) turns++;
    }
    const end = start.at + LONGEST_SESSION_MS;
    for (let turn = 1; turn <= turns && now.at < end; turn++) {
      now.isLast = turn === turns;
      let outcome = this.call(now, random, emit);
      if (outcome.failed) {
        if (!random.chance(this.failureRates.asksAgain)) return;
        wait(now, outcome.latencyMs + random.spread(BEFORE_ASKING_AGAIN_MS));
        outcome = this.call(now, random, emit);
        if (outcome.failed) return;
      }
      if (!conversation || now.isLast) return;
      now.sincePreviousMs = 0;
      wait(now, outcome.latencyMs + 1_000 * random.spread(conversation.pauseSeconds));
      this.goOn(now, conversation.agent === true, random);
    }
  }

  private goOn(now: Conversation, isAgent: boolean, random: Random): void {
    const mustCompact = now.historyTokens > COMPACT_ABOVE_TOKENS;
    now.request = this.requests.draw(now.start.feature, false, now.at, random);
    if (mustCompact) {
      now.historyTokens = 0;
      now.previousPromptTokens = 0;
      now.request.document = SUMMARY_TOKENS;
    }
    if (!isAgent) now.traceId = hex128(random);
  }

  private call(now: Conversation, random: Random, emit: Emit): { failed: boolean; latencyMs: number } {
    const { feature, model, startsPerHour } = now.start;
    const factor = model.tokenFactor ?? 1;
    const { request } = now;
    const prefixTokens = Math.round(now.prefix.tokens * factor);
    const added = Math.round((request.document + request.input) * factor) + request.images;
    const promptTokens = (now.historyTokens || prefixTokens) + added;
    const { previousPromptTokens, sincePreviousMs } = now;
    const cached = cachePrompt(
      model.cache,
      feature.promptCaching,
      { promptTokens, prefixTokens, previousPromptTokens, sincePreviousMs, startsPerHour },
      random,
    );
    const thinks = model.reasons === true && feature.reasoning !== undefined;
    const counts: CallCounts = {
      promptTokens,
      cacheRead: cached.read,
      cacheWrite5m: cached.write5m,
      cacheWrite1h: cached.write1h,
      imageTokens: request.images,
      output: feature.output ? Math.round(random.spread(feature.output) * factor) : 0,
      reasoning: thinks && feature.reasoning ? Math.round(random.spread(feature.reasoning.tokens) * factor) : 0,
      webSearches: model.source === 'anthropic.messages' ? random.poisson(feature.webSearches ?? 0) : 0,
      reportsWrites: model.cache?.kind === 'automatic' && model.cache.billsWrites === true,
      thinks,
    };
    const call: Call = {
      feature,
      model,
      caller: now.caller,
      at: now.at,
      counts,
      finish: finishOf(feature, counts, now.isLast, random),
      failure: this.failures.strike(model.provider, now.at, feature.streamed, random),
      attempts: random.chance(this.failureRates.secondAttempts) ? 2 : 1,
      requestHash: request.hash,
      prefixHash: now.prefix.hash,
      traceId: now.traceId,
    };
    if (call.failure) call.attempts = attemptsOf(call.failure);
    const times = timesOf(call, random);
    emit(now.at, recordOf(call, times, random));
    if (!call.failure) {
      now.historyTokens = promptTokens + counts.output;
      now.previousPromptTokens = promptTokens;
    }
    return { failed: call.failure !== undefined, latencyMs: times.latencyMs };
  }
}

function wait(now: Conversation, ms: number): void {
  now.at += ms;
  now.sincePreviousMs += ms;
}

/** Client libraries repeat what may pass on a second try twice before they give up. */
function attemptsOf(failure: Failure): number {
  return failure === 'rate_limited' || failure === 'overloaded' || failure === 'server' ? 3 : 1;
}

/** Cuts the answer where the request's limit is reached, and says how it ended. */
function finishOf(feature: FeatureProfile, counts: CallCounts, isLast: boolean, random: Random): Finish {
  const limit = feature.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  if (counts.output + counts.reasoning > limit) {
    counts.reasoning = Math.min(counts.reasoning, limit);
    counts.output = limit - counts.reasoning;
    return 'length';
  }
  if (feature.conversation?.agent && !isLast) return 'tools';
  return random.chance(FILTERED_SHARE) ? 'filtered' : 'stop';
}
