/** An error whose message is one sentence for the person at the terminal; no stack is shown. */
export class StartError extends Error {}

/**
 * The code of a system error, as in "ENOENT".
 * @param {unknown} error
 */
export const codeOf = (error) => (error instanceof Error && 'code' in error ? String(error.code) : undefined);

/** @type {readonly { pattern: RegExp, cause: string }[]} */
const causes = [
  { pattern: /ENOSPC|no\s+space\s+left/i, cause: 'the disk is full' },
  {
    pattern: /ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_LOCKFILE/,
    cause:
      'pnpm-lock.yaml does not fit the package.json files; run "npx pnpm@12 install" and keep the lock file it writes',
  },
  {
    pattern: /EINTEGRITY|ERR_PNPM_TARBALL_INTEGRITY/,
    cause: 'a downloaded package does not have the expected checksum',
  },
  {
    pattern: /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET)|CERT_HAS_EXPIRED/,
    cause: 'the certificate of the npm registry is not trusted; point NODE_EXTRA_CA_CERTS to the right authority',
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|socket hang up/,
    cause: 'the npm registry cannot be reached; check the network, the proxy and the "registry" setting of npm',
  },
  { pattern: /EACCES|EPERM|EROFS/, cause: 'a folder cannot be written; check who owns the checkout and the npm cache' },
];

/**
 * Turns the output of a failed npm or pnpm into one sentence. Without a known cause the end of the output follows it.
 * @param {string} what what was being done, as in "Installing Node 24"
 * @param {string} output stdout and stderr of the failed command
 */
export function explainFailure(what, output) {
  const known = causes.find(({ pattern }) => pattern.test(output));
  if (known) return new StartError(`${what} failed: ${known.cause}.`);
  const tail = output.trim().split('\n').slice(-15).join('\n');
  return new StartError(tail ? `${what} failed:\n${tail}` : `${what} failed.`);
}
