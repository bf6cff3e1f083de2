import { HttpError } from './http.ts';

const renamed = (error: unknown, rename: (field: string) => string): unknown =>
  error instanceof HttpError
    ? new HttpError(
        error.code,
        error.status,
        error.message,
        error.fields.map(({ field, message }) => ({ field: rename(field), message })),
        error.requestId,
      )
    : error;

/** An error about one entry of a list, for the form that has this entry alone: `settings[0].minimumUsd` is `minimumUsd`. */
export const withinEntry = (error: unknown): unknown =>
  renamed(error, (field) => /^[^.[]+(?:\[\d+\]|\.\d+)\.(.+)$/.exec(field)?.[1] ?? field);

/** An error about a part of a field, for a form that has one field for the whole: `addresses[1]` is `addresses`. */
export const atFirstName = (error: unknown): unknown => renamed(error, (field) => field.split(/[.[]/, 1)[0] ?? field);
