import { expect, it } from 'vitest';
import { createSealer } from '../../sealing.ts';
import { openSecrets, sealSecrets } from './channel-secrets.ts';

const sealer = createSealer('only-for-tests-only-for-tests');
const owner = { organizationId: 1, channelId: 7 };
const secrets = { url: 'https://hooks.example.com/T0/secret' };

it('opens in the channel that it was sealed for, and in no other of the organization', () => {
  const sealed = sealSecrets(sealer, owner, secrets);
  expect(openSecrets(sealer, owner, sealed)).toEqual(secrets);
  expect(() => openSecrets(sealer, { ...owner, channelId: 8 }, sealed)).toThrow();
  expect(() => openSecrets(sealer, { ...owner, organizationId: 2 }, sealed)).toThrow();
});

it('opens what was sealed for its organization before, and only there', () => {
  const sealed = sealer.seal('channel of organization 1', JSON.stringify(secrets));
  expect(openSecrets(sealer, owner, sealed)).toEqual(secrets);
  expect(() => openSecrets(sealer, { ...owner, organizationId: 2 }, sealed)).toThrow();
});
