import Type, { type Static } from 'typebox';
import { Id, Instant, nullable, strictObject, UsdText } from './common.ts';

/**
 * What a forecast rests on. `pattern`: four weeks and more, with the rhythm of weekdays and hours; `weeks`: two to four;
 * `days`: less, and accordingly wide; `none`: too little to say anything.
 */
export const ForecastBasis = Type.Enum(['pattern', 'weeks', 'days', 'none']);

/** `GET /api/v1/forecast` */
export const UsageForecastQuery = strictObject({ projectId: Type.Optional(Type.Array(Id, { maxItems: 50 })) });

/** What the running month will have come to, in the organization's zone. */
export const UsageForecast = Type.Object({
  start: Instant,
  end: Instant,
  timeZone: Type.String(),
  basis: ForecastBasis,
  /** Whole days before today that are known. */
  historyDays: Type.Integer(),
  /** How often the total lies within the range: 0.8 is four times of five. */
  confidence: Type.Number(),
  spent: UsdText,
  total: nullable(Type.Object({ expected: UsdText, low: UsdText, high: UsdText })),
});

export type UsageForecastQuery = Static<typeof UsageForecastQuery>;
export type UsageForecast = Static<typeof UsageForecast>;
