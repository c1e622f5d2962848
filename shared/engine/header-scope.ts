import type { Job } from '../job/schema.ts';
import { findPlaceholders } from '../schema/secrets.ts';
import { sourceOf } from '../sources/sources.ts';

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
export function headersFor(frozen: Job, resolved: Job): (origin: string) => Record<string, string> {
  const all = Object.entries(resolved.fetch.headers).map(([name, value]) => {
    const isSecret =
      secretNames.has(name.toLowerCase()) || findPlaceholders(frozen.fetch.headers[name]).length > 0;
    return { name: name.toLowerCase(), value, isSecret };
  });
  const atHome = toRecord(all);
  const elsewhere = toRecord(all.filter(({ isSecret }) => !isSecret));
  const homes = homeOrigins(resolved);
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
