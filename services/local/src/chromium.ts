import { resolve } from 'node:path';
import { unpackedProgram, unpackProgram } from './debian-packages.ts';
import { findOnPath, isExecutable } from './processes.ts';
import { SetupError } from './setup-error.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where macOS keeps applications, which are not on the PATH. */
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A system without fontconfig has no fonts either: those that came with the package are used. */
const debian = {
  package: 'chromium',
  path: 'usr/lib/chromium/chromium',
  prepare: '[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$home/fonts.conf"',
  files: {
    'fonts.conf': `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">root/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`,
  },
};

/**
 * The path of a Chromium or Chrome: CHROMIUM_PATH, else from the PATH, else unpacked below `tools` from Debian's packages.
 * Only the browser tests need it.
 * @param log called with a line of progress when it has to be fetched
 * @throws SetupError when there is none and none can be fetched
 */
export async function ensureChromium(tools: string, log: (line: string) => void): Promise<string> {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (await isExecutable(given)) return given;
    throw new SetupError(`CHROMIUM_PATH names no program: ${given}.`);
  }
  const installed = (await findOnPath(names)) ?? (await firstExecutable(applications));
  if (installed) return installed;
  const target = resolve(tools, 'chromium');
  const unpacked = await unpackedProgram(target);
  if (unpacked) return unpacked;
  log('Fetching Chromium from the distribution into .tokengrip/tools …');
  const fetched = await unpackProgram(debian, target);
  if (fetched) return fetched;
  throw new SetupError(
    'The browser tests need Chromium or Chrome, which could not be fetched; install one or set CHROMIUM_PATH.',
  );
}

async function firstExecutable(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (await isExecutable(file)) return file;
  return undefined;
}
