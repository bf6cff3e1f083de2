import Type, { type TProperties } from 'typebox';

/** An exact amount of USD as plain decimal text, e.g. `"0.001234"`. Never a JSON number: a float cannot carry it. */
export const UsdText = Type.String({ pattern: '^-?\\d+(\\.\\d+)?$', examples: ['0.001234'] });

/** An instant, RFC 3339 in UTC. */
export const Instant = Type.String({ format: 'date-time', examples: ['2026-08-01T12:00:00.000Z'] });

export const Id = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });

/** Objects of requests refuse properties that they do not know: a misspelt option is an error, not a surprise. */
export const strictObject = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** `null` is an answer ("there is none"), an absent property is not. */
export const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
