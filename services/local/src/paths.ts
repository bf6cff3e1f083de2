import { resolve } from 'node:path';

/** The checkout. */
export const root = resolve(import.meta.dirname, '..', '..', '..');

/** Everything that belongs to this machine alone: data, secrets, fetched programs. Deleting it starts anew. */
export const stateFolder = resolve(root, '.tokengrip');

export const toolsFolder = resolve(stateFolder, 'tools');
