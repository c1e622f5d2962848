import type { Job } from '../../job/schema.ts';
import { findPlaceholders } from '../../schema/secrets.ts';
import { sourceOf } from '../../sources/sources.ts';

/** Headers that carry a secret even where the job has it in plain text. */
const secretNames = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-api-key',
  'x-goog-api-key',
]);

/**
 * The headers of `fetch.headers` that are sent to an origin, names in lower case. Those with a placeholder, and
 * those whose names suggest a secret, are sent only to origins that the job itself names: a page may link or
 * redirect anywhere.
 */
export function headersFor(frozen: Job, resolved: Job): HeadersFor {
  return scoped(frozen.fetch.headers, resolved.fetch.headers, homeOrigins(resolved));
}

/** `headersFor` the `headers` of each page label that has any. */
export function labelHeadersFor(frozen: Job, resolved: Job): ReadonlyMap<string, HeadersFor> {
  const homes = homeOrigins(resolved);
  return new Map(
    Object.entries(resolved.pages).flatMap(([label, { headers }]) =>
      headers === undefined ? [] : [[label, scoped(frozen.pages[label]?.headers ?? {}, headers, homes)]],
    ),
  );
}

/** `headersFor` the `headers` of each source whose requests do not carry theirs, by its index. */
export function sourceHeadersFor(frozen: Job, resolved: Job): ReadonlyMap<number, HeadersFor> {
  const homes = homeOrigins(resolved);
  const headersOf = ({ sources }: Job) =>
    sources.map(sourceOf).map(({ rules, settings }) => rules.headers(settings));
  const written = headersOf(frozen);
  return new Map(
    headersOf(resolved).flatMap((headers, index) =>
      headers === undefined ? [] : [[index, scoped(written[index] ?? {}, headers, homes)]],
    ),
  );
}

/** Whether secret headers go to an origin. */
export function secretsScope(headersFor: HeadersFor): (origin: string) => boolean {
  const elsewhere = Object.keys(headersFor('null')).length;
  return (origin) => Object.keys(headersFor(origin)).length > elsewhere;
}

export type HeadersFor = (origin: string) => Record<string, string>;

function scoped(
  frozen: Record<string, string>,
  resolved: Record<string, string>,
  homes: Set<string>,
): HeadersFor {
  const all = Object.entries(resolved).map(([name, value]) => {
    const isSecret = secretNames.has(name.toLowerCase()) || findPlaceholders(frozen[name]).length > 0;
    return { name: name.toLowerCase(), value, isSecret };
  });
  const atHome = toRecord(all);
  const elsewhere = toRecord(all.filter(({ isSecret }) => !isSecret));
  return (origin) => (homes.has(origin) ? atHome : elsewhere);
}

function homeOrigins({ sources, scope }: Job): Set<string> {
  const named = sources.map(sourceOf).flatMap(({ rules, settings }) => rules.urls(settings));
  const urls = named.map((url) => new URL(url));
  const schemes = new Set(['https:', ...urls.map(({ protocol }) => protocol)]);
  const hosts = (scope.hosts ?? []).filter((host) => !host.startsWith('*.'));
  const listed = hosts.flatMap((host) => [...schemes].map((scheme) => new URL(`${scheme}//${host}`)));
  return new Set([...urls, ...listed].map(({ origin }) => origin));
}

function toRecord(headers: { name: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(headers.map(({ name, value }) => [name, value]));
}
