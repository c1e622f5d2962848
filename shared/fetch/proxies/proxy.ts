import { authorityOf, type ProxyAddress } from '../../schema/proxy-address.ts';

/** A proxy of a job. */
export interface NamedProxy {
  readonly address: ProxyAddress;
  /** Names it to people, alone among those of the job, and without user and password. */
  readonly name: string;
}

/** The proxies of a list; those at the same address are told apart by their place in it. */
export function nameProxies(addresses: ProxyAddress[]): NamedProxy[] {
  const plain = addresses.map(plainName);
  const counts = new Map<string, number>();
  for (const name of plain) counts.set(name, (counts.get(name) ?? 0) + 1);
  return addresses.map((address, index) => {
    const name = plain[index] ?? '';
    return { address, name: (counts.get(name) ?? 0) > 1 ? `${name} #${index + 1}` : name };
  });
}

export function plainName({ scheme, hostname, port }: ProxyAddress): string {
  return `${scheme}://${authorityOf(hostname, port)}`;
}
