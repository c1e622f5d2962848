import { isIP } from 'node:net';
import { embeddedIpv4, ipv6Groups } from '../../fetch/connections/ipv6.ts';

/**
 * The pace group of a host with these addresses: one of them, and of the same ones always the same, so that hosts which share all of theirs are
 * one group. IPv4 comes before IPv6; of that it is the network of 64 bits, since a machine has as many addresses of it as it likes.
 */
export function groupOfAddresses(addresses: readonly string[]): string {
  const bare = addresses.map((address) => ipv4Of(address.replace(/%.*$/, '')));
  const ipv4 = bare.filter((address) => isIP(address) === 4);
  const candidates = ipv4.length > 0 ? ipv4 : bare.map(networkOf);
  return `ip:${candidates.sort()[0] ?? ''}`;
}

/** An IPv4-mapped address (RFC 4291 §2.5.5.2) as the IPv4 address that it is; others as they are. */
function ipv4Of(address: string): string {
  if (isIP(address) !== 6) return address;
  const groups = ipv6Groups(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xff_ff;
  return isMapped ? embeddedIpv4(groups) : address;
}

function networkOf(address: string): string {
  const network = ipv6Groups(address).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}
