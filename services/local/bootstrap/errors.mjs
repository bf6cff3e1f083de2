/** An error whose message is one sentence for the person at the terminal; no stack is shown. */
export class StartError extends Error {}

const causes = [
  [/ENOSPC|no space left/i, 'the disk is full'],
  [
    /ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_LOCKFILE/,
    'pnpm-lock.yaml does not fit the package.json files; run "npx pnpm@12 install" and keep the lock file it writes',
  ],
  [/EINTEGRITY|ERR_PNPM_TARBALL_INTEGRITY/, 'a downloaded package does not have the expected checksum'],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET)|CERT_HAS_EXPIRED/,
    'the certificate of the npm registry is not trusted; point NODE_EXTRA_CA_CERTS to the right authority',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|socket hang up/,
    'the npm registry cannot be reached; check the network, the proxy and the "registry" setting of npm',
  ],
  [/EACCES|EPERM|EROFS/, 'a folder cannot be written; check who owns the checkout and the npm cache'],
];

/**
 * Turns the output of a failed npm or pnpm into one sentence. Without a known cause the end of the output follows it.
 * @param {string} what what was being done, as in "Installing Node 24"
 * @param {string} output stdout and stderr of the failed command
 */
export function explainFailure(what, output) {
  const cause = causes.find(([pattern]) => pattern.test(output));
  if (cause) return new StartError(`${what} failed: ${cause[1]}.`);
  const tail = output.trim().split('\n').slice(-15).join('\n');
  return new StartError(tail ? `${what} failed:\n${tail}` : `${what} failed.`);
}
