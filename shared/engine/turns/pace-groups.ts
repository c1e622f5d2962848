import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Ledger } from '../../coordination/ports.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Job } from '../../job/schema.ts';
import type { Outcome } from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import { groupOfAddresses } from './address-group.ts';

/**
 * What is paced as one, of a job that does not pace each host by itself (docs/decisions/pace-groups.md). Names of clocks are
 * never those of hosts (`URL.host`), each of which keeps a clock of its own.
 */
export interface PaceGroups {
  /** The host of the batches that a host's requests belong to, fixed in the outcome that led to them. */
  batchesOf(host: string): string;
  /** The clock that paces a host: the same for all processes and functions. */
  clockOf(ledger: Pick<Ledger, 'claim'>, host: string): Promise<string>;
}

export interface PaceGroupOptions {
  /** Epoch ms. */
  startedAt: number;
  /** Resolves host names. @default dns.lookup */
  lookup?: LookupFunction;
}

/** The pace groups of a job; `undefined` where each host is one. The public suffix list is loaded only for jobs that need it. */
export async function openPaceGroups(
  { paceBy }: Pick<Job['politeness'], 'paceBy'>,
  options: PaceGroupOptions,
): Promise<PaceGroups | undefined> {
  switch (paceBy) {
    case 'host':
    // Jobs that were frozen before there was a choice.
    case undefined:
      return undefined;
    case 'domain': {
      const { getDomain } = await import('tldts');
      return groupsByDomain((name) => getDomain(name, { allowPrivateDomains: true }));
    }
    case 'address':
      return groupsByAddress(options);
    default:
      return paceBy satisfies never;
  }
}

/** The outcome with the groups of the requests that it leads to: that of a host may change with the public suffix list. */
export function withPaceGroups(outcome: Outcome, groups: PaceGroups | undefined): Outcome {
  if (groups === undefined) return outcome;
  const hosts = [...outcome.retries, ...outcome.links].flatMap((request) =>
    kindOf(request).touchesHost ? [hostOf(request.url)] : [],
  );
  const named = [...new Set(hosts)].map((host) => [host, groups.batchesOf(host)] as const);
  const paceGroups = Object.fromEntries(named.filter(([host, group]) => group !== host));
  return Object.keys(paceGroups).length === 0 ? outcome : { ...outcome, paceGroups };
}

/** Ports do not matter; a name without a registered domain (`localhost`, an address) is a group of its own. */
export function groupsByDomain(domainOf: (name: string) => string | null): PaceGroups {
  const kept = new Map<string, string>();
  const batchesOf = (host: string) => {
    const known = kept.get(host);
    if (known !== undefined) return known;
    const name = nameOf(host).replace(/\.$/, '');
    const group = `*.${domainOf(name) ?? name}`;
    if (kept.size >= maxKept) kept.clear();
    kept.set(host, group);
    return group;
  };
  return { batchesOf, clockOf: async (_, host) => batchesOf(host) };
}

const maxKept = 10_000;
const dayMs = 86_400_000;

/**
 * The address is looked up by the first process that needs it and claimed in the ledger: a name with several addresses, or with others a
 * minute later, has one group for all. Runs that started on the same day (UTC) share the claims.
 */
export function groupsByAddress({ startedAt, lookup = systemLookup }: PaceGroupOptions): PaceGroups {
  const scope = `pace of host ${Math.floor(startedAt / dayMs)}`;
  const kept = new Map<string, Promise<string>>();
  const decide = async (ledger: Pick<Ledger, 'claim'>, host: string): Promise<string> => {
    const name = nameOf(host);
    const bare = name.replace(/^\[|\]$/g, '');
    if (isIP(bare) !== 0) return groupOfAddresses([bare]);
    const found = await resolveAll(lookup, bare);
    // A name that does not resolve is not asked for anything: its requests fail with DNS_FAILED, each in its turn.
    if (found.length === 0) return `ip:${name}`;
    const [group = ''] = await ledger.claim(scope, groupOfAddresses(found), [name]);
    return group;
  };
  return {
    batchesOf: (host) => host,
    clockOf(ledger, host) {
      const known = kept.get(host);
      if (known !== undefined) return known;
      const decided = decide(ledger, host);
      if (kept.size >= maxKept) kept.clear();
      kept.set(host, decided);
      const forget = () => kept.delete(host);
      decided.then((group) => group === `ip:${nameOf(host)}` && forget(), forget);
      return decided;
    },
  };
}

function resolveAll(lookup: LookupFunction, name: string): Promise<string[]> {
  return new Promise((resolve) => {
    lookup(name, { all: true }, (error, found: string | LookupAddress[]) => {
      const all = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
      resolve(error === null ? all : []);
    });
  });
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}
