import type { Job } from '../job/schema.ts';
import { compileWildcard, matchesWildcard } from './wildcard.ts';

const MAX_URL_LENGTH = 8_192;

/** The normalised form of a URL, or `undefined` when it is none that can be fetched. */
export type Normalise = (url: string, base?: string) => string | undefined;

/**
 * Makes the function that decides when two URLs are the same page. On top of the WHATWG URL parser
 * (lower-case host, punycode, default ports, dot segments), whose output it gets:
 * - only http and https, at most 8,192 characters;
 * - without fragment, user name and password, and the dot that may end a host name;
 * - percent-encoding in upper case, unreserved characters decoded (RFC 3986 section 6.2.2), a stray
 *   `%` encoded;
 * - without the parameters that `dropParams` names (case matters, `*` is any text), empty parameters,
 *   and a `?` with nothing behind it;
 * - with `sortParams`, parameters by name; those of one name keep their order.
 *
 * Normalising twice changes nothing.
 */
export function makeNormalise(rules: Job['urls']): Normalise {
  const isDropped = matchAny(rules.dropParams);
  return (text, base) => {
    if (text.length > MAX_URL_LENGTH) return undefined;
    const url = URL.parse(text, base);
    if (url === null || !isHttp(url)) return undefined;
    const host = hostWithoutDot(url);
    const query = url.search === '' ? '' : normaliseQuery(url.search.slice(1), isDropped, rules.sortParams);
    const normal = `${url.protocol}//${host}${normalisePercent(url.pathname)}${query}`;
    return host === undefined || normal.length > MAX_URL_LENGTH ? undefined : normal;
  };
}

/** `URL.host` of a normalised URL; `''` for URLs without a host, such as `spinneret:` ones. */
export function hostOf(url: string): string {
  const start = url.startsWith('https://') ? 8 : url.startsWith('http://') ? 7 : -1;
  const end = url.indexOf('/', start);
  const host = start === -1 || end === -1 ? '' : url.slice(start, end);
  // A port that goes without saying is none of the host's.
  return /^[a-z0-9.-]+(:(?!0|80$|443$)\d+)?$/.test(host) ? host : (URL.parse(url)?.host ?? '');
}

function isHttp(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'http:';
}

/** The host with its port. `undefined` when nothing is left, or the rest is no host. */
function hostWithoutDot(url: URL): string | undefined {
  if (!url.hostname.endsWith('.')) return url.host;
  const bare = url.hostname.replace(/\.+$/, '');
  // Parsed again, because without its dots the name may turn out to be an IPv4 address.
  const parsed = URL.parse(`${url.protocol}//${bare}${url.port === '' ? '' : `:${url.port}`}/`);
  return parsed === null || parsed.hostname.endsWith('.') ? undefined : parsed.host;
}

function normalisePercent(text: string): string {
  if (!text.includes('%')) return text;
  // A stray "%" is encoded, because "%%34%31" would otherwise become "%41", and "A" the next time.
  return text.replace(/%([0-9a-f]{2})?/gi, (octet, hex: string | undefined) => {
    if (hex === undefined) return '%25';
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : octet.toUpperCase();
  });
}

function normaliseQuery(query: string, isDropped: (name: string) => boolean, sort: boolean): string {
  const params = normalisePercent(query)
    .split('&')
    .filter((param) => param !== '' && !isDropped(nameOf(param)));
  if (sort && params.length > 1) params.sort(byName);
  return params.length === 0 ? '' : `?${params.join('&')}`;
}

function nameOf(param: string): string {
  const end = param.indexOf('=');
  return end === -1 ? param : param.slice(0, end);
}

/** By code unit, so that the order does not depend on the machine's language. */
function byName(left: string, right: string): number {
  const [a, b] = [nameOf(left), nameOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function matchAny(globs: string[]): (name: string) => boolean {
  const exact = new Set(globs.filter((glob) => !glob.includes('*')));
  const wild = globs.filter((glob) => glob.includes('*')).map((glob) => compileWildcard(glob, true));
  return (name) => exact.has(name) || wild.some((wildcard) => matchesWildcard(wildcard, name));
}
