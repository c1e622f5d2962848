import type { Normalise } from '../fetch/url.ts';
import type { Job } from '../job/schema.ts';
import { compilePatterns } from '../patterns/url-patterns.ts';
import { matchHosts } from '../schema/host-names.ts';

/** Whether a link found on `page` belongs to the job. */
export type Scope = (url: string, page: string) => boolean;

export function makeScope(
  rules: Omit<Job['scope'], 'ignoreExtensions' | 'traps'>,
  normalise?: Normalise,
): Scope {
  const { hosts, include, exclude } = rules;
  const isIncluded = include === undefined ? () => true : compilePatterns(include, normalise);
  const isExcluded = exclude === undefined ? () => false : compilePatterns(exclude, normalise);
  const isHost = hosts === undefined ? sameHost : listedHost(hosts);
  return (url, page) => isHost(url, page) && isIncluded(url) && !isExcluded(url);
}

function sameHost(url: string, page: string): boolean {
  return originEnd(url) === originEnd(page);
}

/** Host and port of an address, without parsing it again. */
export function originEnd(url: string): string {
  const start = url.indexOf('//') + 2;
  const slash = url.indexOf('/', start);
  return slash === -1 ? url.slice(start) : url.slice(start, slash);
}

function listedHost(hosts: string[]): Scope {
  const matches = matchHosts(hosts);
  return (url) => matches(originEnd(url), url.startsWith('https:'));
}
