/** The spend of one value of a dimension by the hour. */
export interface HourlySeries {
  /** Of the window that is judged, one hour or a few. */
  current: number;
  windowHours: number;
  /** The hours before the window, the oldest first; 0 where there was nothing. */
  history: readonly number[];
  /** How many calls there were, likewise. */
  calls?: { current: number; history: readonly number[] };
  /** How many times what could have come by chance an excess must be where there are more calls than there ever were; 1 if not said. */
  withCalls?: number;
}

export interface Judgement {
  /** What the window usually has. */
  usual: number;
  /** Standard deviations above it. */
  score: number;
  isAnomaly: boolean;
}

const DAY = 24;
const WEEK = 7 * DAY;
/** With fewer hours nobody knows what is usual. */
const MIN_HISTORY_HOURS = 2 * WEEK;
export const HISTORY_HOURS = 6 * WEEK;
/** Near the double of the usual is where an anomaly begins, however steady it was before. */
const MIN_RATIO = 1.7;
const MIN_SCORE = 3;
/** Hours vary by that much of the usual though nothing happens. */
const RELATIVE_DEVIATION = 0.13;
/** A lasting rise becomes the usual within days; more at once is still an anomaly. */
const MOST_RISE = 5;
/** Of what is averaged, the largest are left out: an incident of the past is not usual. */
const LEFT_OUT = 1 / 6;
/** Six weeks have three hours each, and a week that has begun. */
const MOST_LEFT_OUT = 4;
/** Of the past, as many of the largest excesses may be incidents: each hour of one is in a few windows. */
const PAST_INCIDENTS = 3;
/** Where excesses begin to be rare: as many were larger in the past weeks. */
const RARE = 30;
/** The same where calls only cost more. */
const WITHOUT_CALLS = 2;
const MORE_CALLS = 1.6;
const OVER_PAST_CALLS = 1.4;
/** A session or two of somebody's agent are no rise in calls, however little there is otherwise. */
const LEAST_MORE_CALLS = 40;

/**
 * Whether a window is out of line: against the same hours of past weeks, raised where the last week as a whole is higher,
 * and as far as the value varies. Calls come in bursts of uneven cost: the variance grows with the usual, by how much is
 * learned from the value's own past, and the excess must be more than its past lets expect at most.
 * @returns `undefined` while the value is too new to have a usual
 */
export function judge({ current, windowHours, history, calls, withCalls = 1 }: HourlySeries): Judgement | undefined {
  const first = history.findIndex((value) => value > 0);
  if (first < 0 || history.length - first < MIN_HISTORY_HOURS) return undefined;
  const windows = sumsOf(history.slice(Math.max(first, history.length - HISTORY_HOURS)), windowHours);
  const profile = profileOf(windows);
  const usual = usualOf(windows, profile, windowHours);
  const { dispersion, level, most } = varietyOf(windows, profile);
  const deviation = Math.sqrt(dispersion * Math.max(usual, level) + (RELATIVE_DEVIATION * usual) ** 2);
  const excess = current - usual;
  const score = deviation > 0 ? excess / deviation : 0;
  const isAnomaly =
    score >= MIN_SCORE &&
    current >= MIN_RATIO * usual &&
    excess > most * (hasMoreCalls(calls, windowHours) ? withCalls : WITHOUT_CALLS);
  return { usual, score, isAnomaly };
}

function hasMoreCalls(calls: HourlySeries['calls'], windowHours: number): boolean {
  if (!calls) return false;
  const windows = sumsOf(calls.history.slice(-HISTORY_HOURS), windowHours);
  const profile = profileOf(windows);
  const usual = usualOf(windows, profile, windowHours);
  const { largest } = varietyOf(windows, profile);
  const more = calls.current - usual;
  return more >= LEAST_MORE_CALLS && calls.current >= MORE_CALLS * usual && more > OVER_PAST_CALLS * largest;
}

/** Of the window after those that are known. */
function usualOf(windows: readonly number[], profile: readonly number[], windowHours: number): number {
  return (profile[(windows.length + windowHours - 1) % WEEK] ?? 0) * riseOf(windows, profile);
}

/** By each hour in which one begins. */
function sumsOf(hours: readonly number[], windowHours: number): number[] {
  return Array.from({ length: hours.length - windowHours + 1 }, (_, i) => {
    let sum = 0;
    for (let hour = i; hour < i + windowHours; hour += 1) sum += hours[hour] ?? 0;
    return sum;
  });
}

/** The usual by hour of the week, counted from the first window: of past weeks, with the hours beside it. */
function profileOf(windows: readonly number[]): number[] {
  return Array.from({ length: WEEK }, (_, place) => {
    const largest = new Array<number>(MOST_LEFT_OUT).fill(0);
    let [sum, count] = [0, 0];
    for (let i = place; i <= windows.length; i += WEEK) {
      for (let near = i - 1; near <= i + 1; near += 1) {
        const value = windows[near];
        if (value === undefined) continue;
        sum += value;
        count += 1;
        insert(largest, value);
      }
    }
    const leftOut = Math.min(MOST_LEFT_OUT, Math.floor(count * LEFT_OUT));
    for (let i = 0; i < leftOut; i += 1) sum -= largest[i] ?? 0;
    return count > leftOut ? Math.max(0, sum) / (count - leftOut) : 0;
  });
}

/** Into the largest ones, the largest first: many hours are judged, and sorting them all takes most of that time. */
function insert(largest: number[], value: number): void {
  let place = largest.length - 1;
  if (value <= (largest[place] ?? 0)) return;
  for (; place > 0 && (largest[place - 1] ?? 0) < value; place -= 1) largest[place] = largest[place - 1] ?? 0;
  largest[place] = value;
}

/** How much higher the last week is than the weeks before it: the middle of its days, so that one incident is not it. */
function riseOf(windows: readonly number[], profile: readonly number[]): number {
  const ratios: number[] = [];
  for (let day = 0; day < 7; day += 1) {
    const end = windows.length - day * DAY;
    let [now, usual] = [0, 0];
    for (let i = end - DAY; i < end; i += 1) {
      now += windows[i] ?? 0;
      usual += profile[i % WEEK] ?? 0;
    }
    if (usual > 0) ratios.push(now / usual);
  }
  ratios.sort((a, b) => a - b);
  return Math.min(MOST_RISE, Math.max(1, ratios[Math.floor(ratios.length / 2)] ?? 1));
}

function varietyOf(windows: readonly number[], profile: readonly number[]) {
  const excesses = Float64Array.from(windows, (value, i) => value - (profile[i % WEEK] ?? 0));
  excesses.sort().reverse();
  const sum = windows.reduce((total, value) => total + value, 0);
  const squares = excesses.subarray(PAST_INCIDENTS).reduce((total, excess) => total + excess ** 2, 0);
  const largest = Math.max(0, excesses[PAST_INCIDENTS] ?? 0);
  const rare = Math.max(0, excesses[RARE] ?? 0);
  return {
    dispersion: sum > 0 ? squares / sum : 0,
    level: sum / Math.max(1, windows.length),
    largest,
    // The heavier the tail, the further beyond what was seen lies what may come.
    most: rare > 0 ? largest * Math.max(1, largest / rare) : largest * 2,
  };
}
