import { lines, ONE_SHOT, RUNNING, type Suite } from '../suite.ts';
import { HOOKS } from './installation.ts';

/** Containers with a network: `init` has none. */
export const LISTENED = [...RUNNING, ...ONE_SHOT.filter((service) => service !== 'init')] as const;
export type Listened = (typeof LISTENED)[number];

/** The kernel says so of itself when an interface comes up: to its neighbours, and about nobody. */
const NEIGHBOURS = /^packet (0|58) ff02:/;
const LOOPBACK = /^(127\.|::1$)/;

export interface Traffic {
  /** What a container has sent, in the words of `listen.pl`. */
  sent: string[];
  /** What of it leads, or asks, out of the installation. */
  outside: string[];
  /** Connections and packets that the kernel had no way for: what was tried and left no packet. */
  withoutRoute: number;
}

/** Names and addresses of the installation itself. */
export interface Inside {
  names: ReadonlySet<string>;
  addresses: ReadonlySet<string>;
  /** The host in each network: where answers go to whoever came in by the published port. */
  gateways: ReadonlySet<string>;
}

export async function describeInside(suite: Suite): Promise<Inside> {
  const ids = lines((await suite.compose('ps', '--all', '--quiet')).stdout);
  const containers = JSON.parse((await suite.docker('inspect', ...ids)).stdout) as {
    NetworkSettings: { Networks: Record<string, { IPAddress: string; Gateway: string }> };
  }[];
  const networks = containers.flatMap(({ NetworkSettings: { Networks } }) => Object.values(Networks));
  const known = (addresses: string[]) => new Set(addresses.filter((address) => address !== ''));
  return {
    names: new Set([...LISTENED, HOOKS.host]),
    addresses: known(networks.map(({ IPAddress }) => IPAddress)),
    gateways: known(networks.map(({ Gateway }) => Gateway)),
  };
}

/** What a container has sent since it exists, as its listener has seen it and its kernel has counted it. */
export async function readTraffic(suite: Suite, service: Listened, inside: Inside): Promise<Traffic> {
  const [log, withoutRoute] = await Promise.all([suite.printed(`${service}-listener`), countRefused(suite, service)]);
  const [first, ...sent] = lines(log);
  if (first !== 'listening') throw new Error(`nobody listened to ${service}: ${log}`);
  return { sent, outside: sent.filter((line) => !isInside(line, inside)), withoutRoute };
}

function isInside(line: string, { names, addresses, gateways }: Inside): boolean {
  const [what, who = ''] = line.split(' ');
  if (what === 'query') return names.has(who) && line.endsWith(' of 127.0.0.11');
  if (what === 'arp') return addresses.has(who) || gateways.has(who);
  if (what === 'connect') return addresses.has(who) || LOOPBACK.test(who);
  return NEIGHBOURS.test(line);
}

/** By the listener: its network is the container's, and it outlives it. */
async function countRefused(suite: Suite, service: Listened): Promise<number> {
  const counters = await suite.exec(`${service}-listener`, 'sh', '-c', 'grep ^Ip: /proc/net/snmp; cat /proc/net/snmp6');
  const [names = '', values = ''] = lines(counters);
  const fourth = values.split(' ')[names.split(' ').indexOf('OutNoRoutes')];
  const sixth = /^Ip6OutNoRoutes\s+(\d+)/m.exec(counters)?.[1] ?? '0';
  if (fourth === undefined) throw new Error(`the kernel does not count: ${counters}`);
  return Number(fourth) + Number(sixth);
}
