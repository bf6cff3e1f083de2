import { BlockList, isIP, isIPv6 } from 'node:net';

/** Networks nobody outside of a house has a server in (IANA's special-purpose registries), and clouds' own addresses. */
const NOT_PUBLIC_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Azure's host answers here from within any machine of its.
  '168.63.129.16/32',
];
/** Within 2000::/3; outside of that nothing is public. */
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const notPublicV4 = listOf(NOT_PUBLIC_V4);
const notPublicV6 = listOf(NOT_PUBLIC_V6);
const globalV6 = listOf(['2000::/3']);

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) addNetwork(list, network);
  return list;
}

function addNetwork(list: BlockList, text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined) return false;
  const all = family === 4 ? 32 : 128;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return false;
  const prefix = bits === undefined ? all : Number(bits);
  if (prefix > all) return false;
  list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return true;
}

/**
 * The IPv4 address that an IPv6 one stands for: mapped (`::ffff:0:0/96`), translated (`64:ff9b::/96`) or compatible
 * (`::/96`). Whoever asks for one reaches the other.
 */
function embeddedV4(address: string): string | undefined {
  const groups = expand(address);
  const [high = 0, low = 0] = groups.slice(6);
  const head = groups.slice(0, 6).join(':');
  if (!['0:0:0:0:0:65535', '100:65435:0:0:0:0', '0:0:0:0:0:0'].includes(head)) return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of an IPv6 address. */
function expand(address: string): number[] {
  // The parser of addresses writes all of them in one form, in hexadecimal.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? '')];
  return tail === undefined
    ? before
    : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** Whether an address belongs to the internet, and not to a house, a machine or a cloud's own services. */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false;
  const family = isIP(address);
  if (family === 4) return !notPublicV4.check(address, 'ipv4');
  if (family !== 6) return false;
  const inner = embeddedV4(address);
  if (inner !== undefined) return isPublicAddress(inner);
  return globalV6.check(address, 'ipv6') && !notPublicV6.check(address, 'ipv6');
}

/** What of the operator's list allows a host by its name, or an address. */
export interface AllowedHosts {
  byName(host: string): boolean;
  byAddress(address: string): boolean;
}

/**
 * Reads a list of hosts (`hooks.example.com`), of all hosts below one (`*.example.com`), of addresses and of networks
 * (`10.0.0.0/8`), separated by commas.
 * @throws Error naming the entry that is none of these
 */
export function parseAllowedHosts(text: string): AllowedHosts {
  const names = new Set<string>();
  const below: string[] = [];
  const networks = new BlockList();
  for (const entry of text.split(',').map((part) => part.trim().toLowerCase())) {
    if (entry === '' || addNetwork(networks, entry.replace(/^\[|\]$/g, ''))) continue;
    if (!/^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$/.test(entry) || /^[\d.]+$/.test(entry)) {
      throw new Error(`${JSON.stringify(entry)} is neither a host, an address nor a network`);
    }
    if (entry.startsWith('*.')) below.push(entry.slice(1));
    else names.add(entry);
  }
  return {
    byName: (host) => names.has(host) || below.some((suffix) => host.endsWith(suffix)),
    byAddress(address) {
      if (networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return true;
      const inner = isIPv6(address) ? embeddedV4(address) : undefined;
      return inner !== undefined && networks.check(inner, 'ipv4');
    },
  };
}
