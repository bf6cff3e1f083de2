import type { Bucket, Dimension, Metric } from '@tokengrip/core/contract/analytics';
import { ALL_DIMENSIONS, ALL_METRICS } from './metrics.ts';
import { isDay, PRESETS, type Preset, type Range } from './period.ts';

/**
 * The state of a page lives in its address. Several values of a parameter repeat it (`?model=a&model=b`), which people
 * can read and change by hand; what cannot be understood is left out.
 */
export type RawSearch = Record<string, string | string[]>;

export function parseSearch(text: string): RawSearch {
  const raw: RawSearch = {};
  const parameters = new URLSearchParams(text);
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    raw[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return raw;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** Dimensions that a page can be filtered by, several values each. `""` stands for "without one". */
export const FILTERS = [
  'model',
  'feature',
  'provider',
  'user',
  'customer',
  'key',
  'tag',
  'status',
  'errorType',
  'session',
  'serviceTier',
  'reasoningEffort',
  'source',
  'costStatus',
] as const;
export type Filter = (typeof FILTERS)[number];

export interface AppSearch extends Partial<Record<Filter, string[]>> {
  project?: number;
  env?: string;
  range?: Preset | 'custom';
  from?: string;
  to?: string;
}

/** What a filter's values must look like, where not every text is one. */
const SHAPES: Partial<Record<Filter, RegExp>> = {
  status: /^(ok|error)$/,
  costStatus: /^(priced|unpriced|unreadable)$/,
  key: /^\d{1,9}$/,
  tag: /^[^=]{1,64}=.{0,256}$/s,
};

const CHART_METRICS = ['cost', 'calls', 'tokens', 'errors'] as const satisfies readonly Metric[];
export type ChartMetric = (typeof CHART_METRICS)[number];
export const CHART_DIMENSIONS = [
  'model',
  'feature',
  'provider',
  'environment',
  'key',
] as const satisfies readonly Dimension[];
export type ChartDimension = (typeof CHART_DIMENSIONS)[number];
const BUCKET_VALUES = ['15m', 'hour', 'day', 'week', 'month'] as const satisfies readonly Bucket[];

export interface OverviewSearch {
  metric?: ChartMetric;
  by?: ChartDimension;
  bucket?: Bucket;
  view?: 'table';
}

export interface ExploreSearch {
  /** `cost` where it is absent. */
  metric?: Metric;
  /** One or two dimensions, or `none`; `model` where it is absent. */
  by?: (Dimension | 'none')[];
  bucket?: Bucket;
  view?: 'table';
  /** Further metrics in the table. `none` takes away those that are there by default. */
  columns?: (Metric | 'none')[];
  /** A column of the table; the metric where it is absent. */
  sort?: string;
  order?: 'asc';
  compare?: 'off';
}

export interface AuditSearch {
  /** An action, or all of one kind. */
  action?: string;
  /** The id of a user. */
  person?: number;
  /** Days, both included. */
  since?: string;
  until?: string;
}

export interface RecordsSearch {
  /** The record whose details are open. */
  record?: string;
}

const PRICE_TABS = ['models', 'coverage', 'updates', 'overrides', 'recost'] as const;
export type PriceTab = (typeof PRICE_TABS)[number];

export interface PricesSearch {
  /** `models` where it is absent. */
  tab?: PriceTab;
  /** The whole price list in the place of the models in use. */
  list?: 'all';
  q?: string;
  page?: number;
  /** The model of the price list whose history is open. */
  price?: string;
  view?: 'table';
  /** The run whose changes are open. */
  run?: number;
  /** Flagged changes that somebody has looked at, too. */
  seen?: 'all';
  recosting?: number;
}

const SAVINGS_TABS = ['recommendations', 'whatif', 'analysis', 'realized'] as const;
export type SavingsTab = (typeof SAVINGS_TABS)[number];
const SHOWN_STATES = ['accepted', 'snoozed', 'dismissed', 'gone', 'all'] as const;
const WHATIF_SPLITS = ['model', 'feature'] as const;

export interface SavingsSearch {
  /** `recommendations` where it is absent. */
  tab?: SavingsTab;
  /** Recommendations in this state; the open ones where it is absent. */
  state?: (typeof SHOWN_STATES)[number];
  /** The recommendation that is open; of the realized ones, too. */
  recommendation?: number;
  /** The saved what-if, or the analysis, that is open. */
  whatif?: number;
  analysis?: number;
  view?: 'table';
  /** How a what-if is split; by day where it is absent. */
  split?: (typeof WHATIF_SPLITS)[number];
  /** What is imagined: another model, another tier, percents of the prompt from and to a cache, factors of tokens. */
  toProvider?: string;
  toModel?: string;
  toTier?: (typeof WHATIF_TIERS)[number];
  cached?: string;
  written?: string;
  ttl?: '1h';
  input?: string;
  output?: string;
}

/** Those that `WhatIfChange` of the API has, in its order. */
const WHATIF_TIERS = ['standard', 'batch', 'flex', 'priority'] as const;

const ALERT_TABS = ['inbox', 'settings'] as const;
/** Those that `AlertQuery` of the API has; `active`: open or acknowledged, and not snoozed. */
const ALERT_STATES = ['active', 'snoozed', 'resolved', 'all'] as const;
const ALERT_KINDS = [
  'budget_threshold',
  'budget_forecast',
  'spend_anomaly',
  'unpriced_model',
  'price_changed',
  'error_rate',
  'ingest_silent',
  'digest',
] as const;
const SEVERITIES = ['critical', 'warning', 'info'] as const;

export interface AlertsSearch {
  /** `inbox` where it is absent. */
  tab?: (typeof ALERT_TABS)[number];
  /** `active` where it is absent. */
  state?: (typeof ALERT_STATES)[number];
  kind?: (typeof ALERT_KINDS)[number];
  severity?: (typeof SEVERITIES)[number];
}

export interface ChannelsSearch {
  /** The channel whose deliveries are open. */
  channel?: number;
}

type Raw = Record<string, unknown>;

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

const oneOf = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined =>
  allowed.find((candidate) => candidate === first(value));

const MOST_VALUES = 50;
const MOST_TAGS = 20;

function texts(value: unknown, shape = /^.{0,200}$/s, most = MOST_VALUES): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = [...new Set((Array.isArray(value) ? value : [value]).map(String))].filter((text) => shape.test(text));
  return list.length > 0 ? list.slice(0, most) : undefined;
}

/** Those of several values that are allowed. */
function someOf<T extends string>(value: unknown, isAllowed: (text: string) => text is T, most: number) {
  const list = texts(value)?.filter(isAllowed).slice(0, most);
  return list && list.length > 0 ? list : undefined;
}

function id(value: unknown): number | undefined {
  const number = Number(first(value));
  return Number.isInteger(number) && number >= 1 && number <= 2_147_483_647 ? number : undefined;
}

/** Leaves out what is `undefined`: an absent parameter is absent from the address too. */
function compact<T extends object>(search: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

export function readAppSearch(raw: Raw): AppSearch {
  const from = first(raw.from);
  const to = first(raw.to);
  const custom = first(raw.range) === 'custom' && isDay(from) && isDay(to) && from <= to;
  const env = first(raw.env);
  return compact<AppSearch>({
    project: id(raw.project),
    env: typeof env === 'string' && env.length <= 200 ? env : undefined,
    range: custom ? 'custom' : oneOf(raw.range, PRESETS),
    from: custom ? from : undefined,
    to: custom ? to : undefined,
    ...Object.fromEntries(
      FILTERS.map((filter) => [filter, texts(raw[filter], SHAPES[filter], filter === 'tag' ? MOST_TAGS : MOST_VALUES)]),
    ),
  });
}

export const readOverviewSearch = (raw: Raw): OverviewSearch =>
  compact<OverviewSearch>({
    metric: oneOf(raw.metric, CHART_METRICS),
    by: oneOf(raw.by, CHART_DIMENSIONS),
    bucket: oneOf(raw.bucket, BUCKET_VALUES),
    view: oneOf(raw.view, ['table'] as const),
  });

const isTag = (text: string) => /^tag:.{1,64}$/.test(text);
const isDimension = (text: string): text is Dimension | 'none' =>
  text === 'none' || isTag(text) || ALL_DIMENSIONS.some((dimension) => dimension === text);
const isMetric = (text: string): text is Metric | 'none' =>
  text === 'none' || ALL_METRICS.some((metric) => metric === text);

export function readExploreSearch(raw: Raw): ExploreSearch {
  const sort = first(raw.sort);
  return compact<ExploreSearch>({
    metric: oneOf(raw.metric, ALL_METRICS),
    by: someOf(raw.by, isDimension, 2),
    bucket: oneOf(raw.bucket, BUCKET_VALUES),
    view: oneOf(raw.view, ['table'] as const),
    columns: someOf(raw.columns, isMetric, 8),
    sort: typeof sort === 'string' && sort.length <= 80 ? sort : undefined,
    order: oneOf(raw.order, ['asc'] as const),
    compare: oneOf(raw.compare, ['off'] as const),
  });
}

export function readAuditSearch(raw: Raw): AuditSearch {
  const [action, since, until] = [first(raw.action), first(raw.since), first(raw.until)];
  return compact<AuditSearch>({
    action: typeof action === 'string' && /^[a-z_]{1,32}(\.[a-z_]{1,31})?$/.test(action) ? action : undefined,
    person: id(raw.person),
    since: isDay(since) ? since : undefined,
    until: isDay(until) ? until : undefined,
  });
}

export function readRecordsSearch(raw: Raw): RecordsSearch {
  const record = first(raw.record);
  return compact<RecordsSearch>({ record: typeof record === 'string' ? record : undefined });
}

export function readPricesSearch(raw: Raw): PricesSearch {
  const text = (value: unknown) => {
    const one = first(value);
    return typeof one === 'string' && one !== '' && one.length <= 500 ? one : undefined;
  };
  return compact<PricesSearch>({
    tab: oneOf(raw.tab, PRICE_TABS),
    list: oneOf(raw.list, ['all'] as const),
    q: text(raw.q)?.slice(0, 200),
    page: id(raw.page),
    price: text(raw.price),
    view: oneOf(raw.view, ['table'] as const),
    run: id(raw.run),
    seen: oneOf(raw.seen, ['all'] as const),
    recosting: id(raw.recosting),
  });
}

export function readSavingsSearch(raw: Raw): SavingsSearch {
  const text = (value: unknown, shape: RegExp) => texts(value, shape, 1)?.[0];
  const number = (value: unknown) => text(value, /^\d{0,3}(\.\d{0,4})?$/);
  return compact<SavingsSearch>({
    tab: oneOf(raw.tab, SAVINGS_TABS),
    state: oneOf(raw.state, SHOWN_STATES),
    recommendation: id(raw.recommendation),
    whatif: id(raw.whatif),
    analysis: id(raw.analysis),
    view: oneOf(raw.view, ['table'] as const),
    split: oneOf(raw.split, WHATIF_SPLITS),
    toProvider: text(raw.toProvider, /^.{1,200}$/s),
    toModel: text(raw.toModel, /^.{1,200}$/s),
    toTier: oneOf(raw.toTier, WHATIF_TIERS),
    cached: number(raw.cached),
    written: number(raw.written),
    ttl: oneOf(raw.ttl, ['1h'] as const),
    input: number(raw.input),
    output: number(raw.output),
  });
}

export const readAlertsSearch = (raw: Raw): AlertsSearch =>
  compact<AlertsSearch>({
    tab: oneOf(raw.tab, ALERT_TABS),
    state: oneOf(raw.state, ALERT_STATES),
    kind: oneOf(raw.kind, ALERT_KINDS),
    severity: oneOf(raw.severity, SEVERITIES),
  });

export const readChannelsSearch = (raw: Raw): ChannelsSearch => compact<ChannelsSearch>({ channel: id(raw.channel) });

export const DEFAULT_PRESET: Preset = '30d';

export function rangeOf({ range, from, to }: AppSearch): Range {
  if (range === 'custom' && from !== undefined && to !== undefined) return { kind: 'custom', from, to };
  return { kind: 'preset', preset: range === undefined || range === 'custom' ? DEFAULT_PRESET : range };
}

export const hasFilters = (search: AppSearch): boolean => FILTERS.some((filter) => search[filter] !== undefined);
