import type { QuotaRequest } from '../../coordination/ports.ts';
import { hostOf } from '../../fetch/url.ts';
import type { Outcome, PageRequest } from '../../model.ts';
import { isPage } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';
import { returnsPlace } from './returned-place.ts';

/** What was granted to a batch of the pages of each host; `undefined`: the job does not limit them. */
type HostGrants = ReadonlyMap<string, number> | undefined;

/** Reserves the pages of an outcome out of `limits.maxPagesPerHost`. */
export async function reserveOfHosts(
  { ledger }: Engine,
  { job }: RunContext,
  outcome: Outcome,
  own: PageRequest[],
): Promise<HostGrants> {
  const { maxPagesPerHost } = job.limits;
  const requests = hostRequests(outcome, own, maxPagesPerHost);
  if (requests.length === 0) return grantsOfHosts([], [], maxPagesPerHost);
  const granted = await ledger.reserveQuotas(outcome.run, outcome.batch, requests);
  return grantsOfHosts(requests, granted, maxPagesPerHost);
}

/**
 * What an outcome with these own links takes of the quota of each host, less what its moved pages return. A host of which it
 * takes as much as it returns is not asked for.
 */
export function hostRequests(
  outcome: Outcome,
  own: PageRequest[],
  limit: number | undefined,
): QuotaRequest[] {
  if (limit === undefined) return [];
  const wanted = pagesByHost(own);
  for (const [host, moved] of movedByHost(outcome)) wanted.set(host, (wanted.get(host) ?? 0) - moved);
  return [...wanted].flatMap(([host, pages]) =>
    pages === 0 ? [] : [{ name: quotaOf(host), wanted: pages, limit }],
  );
}

export function grantsOfHosts(
  requests: QuotaRequest[],
  granted: number[],
  limit: number | undefined,
): HostGrants {
  if (limit === undefined) return undefined;
  return new Map(requests.map(({ name }, index) => [name, granted[index] ?? 0]));
}

/** The own links that their hosts have room for: of each host, the first. Pure. */
export function withinHosts(outcome: Outcome, own: PageRequest[], grants: HostGrants): PageRequest[] {
  if (grants === undefined) return own;
  const room = movedByHost(outcome);
  return own.filter((request) => {
    if (!isPage(request.kind)) return true;
    const host = hostOf(request.url);
    const left = (room.get(host) ?? 0) + (grants.get(quotaOf(host)) ?? 0);
    room.set(host, (room.get(host) ?? 0) - 1);
    return left > 0;
  });
}

/** Pages that their hosts had room for, and `maxPages` had not, return their share. */
export async function returnOfHosts(
  { ledger }: Engine,
  { job }: RunContext,
  kept: PageRequest[],
  { outcome: { run, batch }, admission }: { outcome: Outcome; admission: { requests: PageRequest[] } },
): Promise<void> {
  const limit = job.limits.maxPagesPerHost;
  if (limit === undefined || admission.requests.length === kept.length) return;
  const admitted = pagesByHost(admission.requests);
  const returned = [...pagesByHost(kept)].flatMap(([host, pages]): QuotaRequest[] => {
    const unused = pages - (admitted.get(host) ?? 0);
    const name = quotaOf(host);
    return unused === 0 ? [] : [{ name, wanted: -unused, limit, grant: `${name} returned` }];
  });
  await ledger.reserveQuotas(run, batch, returned);
}

function quotaOf(host: string): string {
  return `host:${host}`;
}

function pagesByHost(requests: PageRequest[]): Map<string, number> {
  return countHosts(requests.filter(({ kind }) => isPage(kind)));
}

function movedByHost({ pages }: Outcome): Map<string, number> {
  return countHosts(pages.filter(returnsPlace));
}

function countHosts(found: { url: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { url } of found) {
    const host = hostOf(url);
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return counts;
}
