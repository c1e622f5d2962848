import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { DropError } from '../../errors.ts';
import { embeddedIpv4, ipv6Groups } from './ipv6.ts';

/** Every IPv4 range that is not the public unicast internet (IANA special-purpose registry, RFC 6890). */
const REFUSED_IPV4: [string, number][] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT, RFC 6598
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // Azure's host agent: a public address that is the machine's own host
  ['169.254.0.0', 16], // link-local, and the metadata services of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // IETF protocols
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays, RFC 7526
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
];

/** The parts of 2000::/3, the only global unicast range, that are not the public internet. */
const REFUSED_IPV6: [string, number][] = [
  ['2001::', 23], // IETF protocols; Teredo among them, which embeds IPv4
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which embeds IPv4
  ['3fff::', 20], // documentation, RFC 9637
];

const refused = new BlockList();
for (const [network, prefix] of REFUSED_IPV4) refused.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of REFUSED_IPV6) refused.addSubnet(network, prefix, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
// An IPv4 address in its last 32 bits: mapped (RFC 4291), and NAT64 (RFC 6052), which networks without
// IPv4 use to reach every public host that has nothing else.
const embedding = new BlockList();
embedding.addSubnet('::ffff:0:0', 96, 'ipv6');
embedding.addSubnet('64:ff9b::', 96, 'ipv6');

/** Does the address belong to the public internet? False for text that is no IP address. */
export function isPublicAddress(address: string): boolean {
  const [bare = ''] = address.split('%');
  if (isIP(bare) === 4) return !refused.check(bare, 'ipv4');
  if (isIP(bare) !== 6) return false;
  if (embedding.check(bare, 'ipv6')) return isPublicAddress(embeddedIpv4(ipv6Groups(bare)));
  return globalUnicast.check(bare, 'ipv6') && !refused.check(bare, 'ipv6');
}

/**
 * A `lookup` that fails with `DropError` ADDRESS_REFUSED when any address of the host is not public. The socket
 * connects to the address that this returns, and the name is not looked up again: a name that changes its answer
 * (DNS rebinding) has no effect.
 */
export function guardLookup(resolve: LookupFunction = lookup): LookupFunction {
  const resolveAll = requireAddress(resolve);
  return (host, options, callback) => {
    resolveAll(host, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = found as LookupAddress[];
      const refusal = addresses.find(({ address }) => !isPublicAddress(address));
      if (refusal !== undefined) return callback(refuse(host, refusal.address), []);
      const [first] = addresses;
      if (options.all || first === undefined) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

/**
 * A `lookup` that fails with ENODATA where the resolver returns no address, which Node's own socket does not
 * expect.
 */
export function requireAddress(resolve: LookupFunction = lookup): LookupFunction {
  return (host, options, callback) => {
    resolve(host, options, (error, found, family) => {
      const isEmpty = !error && (Array.isArray(found) ? found.length === 0 : !found);
      const failure = isEmpty
        ? Object.assign(new Error(`${host} has no address`), { code: 'ENODATA' })
        : error;
      callback(failure, found ?? [], family);
    });
  };
}

/**
 * Wraps a connector so that it reaches public addresses only: it checks addresses in the URL, which are never
 * looked up, and again the address to which the socket is connected.
 */
export function guardConnector(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    const { hostname } = options;
    if (isIP(hostname) !== 0 && !isPublicAddress(hostname)) return callback(refuse(hostname, hostname), null);
    connect(options, (...[error, socket]) => {
      if (error) return callback(error, null);
      const refusal = refuseConnected(hostname, socket as Socket);
      if (refusal === undefined) callback(null, socket as Socket);
      else callback(refusal, null);
    });
  };
}

function refuseConnected(host: string, socket: Socket): DropError | undefined {
  const { remoteAddress = 'unknown' } = socket;
  if (isPublicAddress(remoteAddress)) return undefined;
  socket.destroy();
  return refuse(host, remoteAddress);
}

function refuse(host: string, address: string): DropError {
  const isLiteral = host === address;
  const message = isLiteral
    ? `${host} is not a public address`
    : `${host} is ${address}, not a public address`;
  return new DropError('ADDRESS_REFUSED', message);
}
