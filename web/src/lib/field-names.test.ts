import { describe, expect, it } from 'vitest';
import { atFirstName, withinEntry } from './field-names.ts';
import { HttpError } from './http.ts';

const about = (field: string) =>
  new HttpError('invalid_request', 400, 'no', [{ field, message: 'must be more' }], 'r1');

describe('names of fields in errors', () => {
  it('are those of the entry, however the server spells its place', () => {
    expect(withinEntry(about('settings[0].minimumUsd'))).toEqual(about('minimumUsd'));
    expect(withinEntry(about('settings.0.minimumUsd'))).toEqual(about('minimumUsd'));
    expect(withinEntry(about('name'))).toEqual(about('name'));
  });

  it('are that of the whole for a part of it', () => {
    expect(atFirstName(about('addresses[1]'))).toEqual(about('addresses'));
    expect(atFirstName(about('quietHours.start'))).toEqual(about('quietHours'));
  });

  it('leave other errors as they are', () => {
    const other = new Error('offline');
    expect(withinEntry(other)).toBe(other);
  });
});
