import { expect, it } from 'vitest';
import { createSealer } from './sealing.ts';

const sealer = createSealer('a secret of the tests');

it('opens what it has sealed, for the same purpose', () => {
  const sealed = sealer.seal('totp:7', 'Grüße ✓');
  expect(sealer.open('totp:7', sealed)).toBe('Grüße ✓');
  expect(sealed.toString('utf8')).not.toContain('Gr');
  expect(sealer.seal('totp:7', 'Grüße ✓')).not.toEqual(sealed);
});

it('refuses another purpose, another secret, and whatever was changed', () => {
  const sealed = sealer.seal('totp:7', 'content');
  expect(() => sealer.open('totp:8', sealed)).toThrow();
  expect(() => createSealer('another secret of the tests').open('totp:7', sealed)).toThrow();
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => sealer.open('totp:7', changed), `byte ${at}`).toThrow();
  }
  expect(() => sealer.open('totp:7', Buffer.alloc(3))).toThrow();
});
