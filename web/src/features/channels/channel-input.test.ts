import { describe, expect, it } from 'vitest';
import { changeOf, inputOf } from './channel-input.ts';

describe('changeOf', () => {
  const input = { ...inputOf(undefined, ['error_rate']), name: ' On call ' };

  it('sends what belongs to the kind, and nothing that was typed for another', () => {
    const typed = { ...input, addresses: 'a@example.com', url: 'https://example.com', routingKey: 'k'.repeat(32) };
    expect(changeOf({ ...typed, kind: 'email' })).toEqual({
      name: 'On call',
      enabled: true,
      kinds: ['error_rate'],
      quietHours: null,
      addresses: ['a@example.com'],
    });
    expect(changeOf({ ...typed, kind: 'slack' })).not.toHaveProperty('addresses');
    expect(changeOf({ ...typed, kind: 'pagerduty' })).toMatchObject({ routingKey: 'k'.repeat(32) });
  });

  it('leaves out what is secret and was not typed anew', () => {
    expect(changeOf({ ...input, kind: 'webhook' })).not.toHaveProperty('url');
    expect(changeOf({ ...input, kind: 'pagerduty' })).not.toHaveProperty('routingKey');
  });

  it('takes addresses with commas, spaces and lines between them, each once', () => {
    const addresses = 'a@example.com, b@example.com\na@example.com;c@example.com';
    expect(changeOf({ ...input, addresses }).addresses).toEqual(['a@example.com', 'b@example.com', 'c@example.com']);
  });
});
