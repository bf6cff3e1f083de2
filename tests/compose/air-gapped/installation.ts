import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSuite, removeSuite, type Suite } from '../suite.ts';

const FILES = ['docker-compose.yml', 'docker/compose.air-gapped.yml', 'tests/compose/air-gapped/compose.yml'];

/** Whom webhooks may reach, by the name that `compose.yml` gives the receiver. */
export const HOOKS = { host: 'hooks.corp.example', url: 'http://hooks.corp.example:9000/tokengrip' };

/** No key of anybody: it only has to look like one, and to be found nowhere. */
export const ANTHROPIC_KEY = 'sk-ant-of-the-smoke-test-0123456789abcdef';

export interface AirGapped {
  suite: Suite;
  start(): Promise<void>;
  /** Takes it away with everything that was made for it. */
  remove(): Promise<void>;
}

/**
 * An installation without a way out, of the images that another one has built, with an operator who has a key for Claude in a
 * file and has changed nothing else.
 */
export async function describeAirGapped(project: string, images: string, signal: AbortSignal): Promise<AirGapped> {
  const folder = await mkdtemp(join(tmpdir(), 'tokengrip-smoke-'));
  const keyFile = join(folder, 'anthropic_api_key');
  // The worker's user reads it as it lies here.
  await writeFile(keyFile, `${ANTHROPIC_KEY}\n`, { mode: 0o644 });
  const tools = `${project}-tools`;
  const settings = {
    WEBHOOK_ALLOWED_HOSTS: HOOKS.host,
    SMOKE_IMAGES: images,
    SMOKE_TOOLS: tools,
    SMOKE_KEY_FILE: keyFile,
  };
  const suite = await describeSuite(project, { signal, files: FILES, settings });
  return {
    suite,
    async start() {
      await suite.docker('build', '--quiet', '--tag', tools, 'tests/compose/air-gapped');
      await suite.compose('up', '--no-build', '--detach', '--wait');
    },
    async remove() {
      await removeSuite(project, { files: FILES, settings });
      const { docker } = await describeSuite(project);
      await docker('image', 'rm', '--force', tools);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
