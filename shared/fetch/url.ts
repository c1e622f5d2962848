import type { Job } from '../job/schema.ts';
import { compileWildcard, matchesWildcard } from './robots/wildcard.ts';
import { isSessionId, withoutSessionIds } from './session-ids.ts';

/** Longer URLs are not requested: few servers accept them, and links are written by others. */
const MAX_URL_LENGTH = 8_192;

/** Why a text is no URL that can be requested. */
export type UrlFault = 'url' | 'scheme' | 'length' | 'credentials';

/** The address, or why there is none. */
export type Resolved =
  | { readonly url: string; readonly fault: undefined }
  | { readonly url: undefined; readonly fault: UrlFault };

/** The form by which URLs are compared, of a URL that `resolveAddress` returned; any other is returned unchanged. */
export type Normalise = (url: string) => string;

const faults = {
  url: { url: undefined, fault: 'url' },
  scheme: { url: undefined, fault: 'scheme' },
  length: { url: undefined, fault: 'length' },
  credentials: { url: undefined, fault: 'credentials' },
} as const satisfies Record<UrlFault, Resolved>;

/**
 * The URL as it is requested, reported and exported: as written, serialised by the WHATWG URL Standard, so that
 * signed links, and sites that depend on the order of parameters, get what they wrote. Without the fragment, which
 * is never sent (with `keepsRoutes` one that begins with `/` or `!` stays), and without the dot that may end a host
 * name, which would make it another host for the clocks and for TLS. Only http and https, at most 8,192 characters; no
 * user name and password, which would appear in logs and exports.
 */
export function resolveAddress(text: string, base?: string, keepsRoutes = false): Resolved {
  if (text.length > MAX_URL_LENGTH) return faults.length;
  const url = URL.parse(text, base);
  if (url === null) return faults.url;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return faults.scheme;
  if (url.username !== '' || url.password !== '') return faults.credentials;
  const { href } = url;
  const hash = href.indexOf('#');
  const isWhole = hash === -1 || (keepsRoutes && isRoute(href, hash));
  const whole = isWhole ? href : href.slice(0, hash);
  const address = url.hostname.endsWith('.') ? withoutDot(url, whole) : whole;
  if (address === undefined) return faults.url;
  return address.length > MAX_URL_LENGTH ? faults.length : { url: address, fault: undefined };
}

/** Is the fragment that begins at `hash` a page of an application that shows its pages by `#/…` or `#!…`? */
export function isRoute(reference: string, hash: number): boolean {
  const first = reference[hash + 1];
  return first === '/' || first === '!';
}

/** The address that is asked for where `address` names a page of an application in its fragment. */
export function withoutRoute(address: string): string {
  const hash = address.indexOf('#');
  return hash === -1 ? address : address.slice(0, hash);
}

/** `resolveAddress` for callers to whom the reason does not matter. */
export function addressOf(text: string, base?: string): string | undefined {
  return resolveAddress(text, base).url;
}

/** `undefined` when nothing is left of the host, or the rest is invalid. */
function withoutDot(url: URL, whole: string): string | undefined {
  const bare = url.hostname.replace(/\.+$/, '');
  // A host of dots only: the parser would skip the slashes that follow and take the first part of the path for the host.
  if (bare === '') return undefined;
  const port = url.port === '' ? '' : `:${url.port}`;
  // Parsed again, since without its dots the name may be an IPv4 address.
  const path = whole.slice(whole.indexOf('/', `${url.protocol}//`.length));
  const parsed = URL.parse(`${url.protocol}//${bare}${port}${path}`);
  return parsed === null || parsed.hostname.endsWith('.') ? undefined : parsed.href;
}

/**
 * Makes the function that decides when two addresses are the same page. Its results are used as keys only; fetched
 * URLs stay as written:
 * - percent-encoding in upper case, unreserved characters decoded (RFC 3986 section 6.2.2), a stray `%` encoded;
 * - without the parameters that `dropParams` names (case matters, `*` is any text), those that have a value of
 * `defaultParams`, empty parameters, and a `?` with nothing behind it;
 * - with `sessionIds: drop`, without ids of sessions in query and path (`session-ids.ts`);
 * - with `sortParams`, parameters by name; those of one name keep their order.
 * Normalising is idempotent.
 */
export function makeNormalise(rules: KeyRules): Normalise {
  const isNamed = matchAny(rules.dropParams);
  const isDefault = matchDefaults(rules.defaultParams);
  const dropsSessions = rules.sessionIds === 'drop';
  const isDropped = (param: string) =>
    isNamed(nameOf(param)) || isDefault(param) || (dropsSessions && isSessionId(param));
  const pathOf = dropsSessions
    ? (path: string) => normalisePercent(withoutSessionIds(path))
    : normalisePercent;
  const normalise = (address: string): string => {
    const at = address.indexOf('?');
    if (at === -1) return pathOf(address);
    const query = normaliseQuery(address.slice(at + 1), isDropped, rules.sortParams);
    return pathOf(address.slice(0, at)) + query;
  };
  return (address) => {
    if (!isAddress(address)) return address;
    const hash = address.indexOf('#');
    // What a route looks like is the application's own affair.
    return hash === -1 ? normalise(address) : normalise(address.slice(0, hash)) + address.slice(hash);
  };
}

/** A run that an earlier version started has no rule for sessions' ids, which were kept. */
type KeyRules = Omit<Job['urls'], 'sessionIds'> & Partial<Pick<Job['urls'], 'sessionIds'>>;

function isAddress(url: string): boolean {
  return url.startsWith('https://') || url.startsWith('http://');
}

/** `URL.host` of an address; `''` for URLs without a host, such as `spinneret:` ones. */
export function hostOf(url: string): string {
  const start = url.startsWith('https://') ? 8 : url.startsWith('http://') ? 7 : -1;
  const end = url.indexOf('/', start);
  const host = start === -1 || end === -1 ? '' : url.slice(start, end);
  // A default port is not part of the host.
  return /^[a-z0-9.-]+(:(?!0|80$|443$)\d+)?$/.test(host) ? host : (URL.parse(url)?.host ?? '');
}

function normalisePercent(text: string): string {
  if (!text.includes('%')) return text;
  // A stray "%" is encoded, since "%%34%31" would otherwise become "%41", and "A" the next time.
  return text.replace(/%([0-9a-f]{2})?/gi, (octet, hex: string | undefined) => {
    if (hex === undefined) return '%25';
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : octet.toUpperCase();
  });
}

function normaliseQuery(query: string, isDropped: (param: string) => boolean, sort: boolean): string {
  const params = normalisePercent(query)
    .split('&')
    .filter((param) => param !== '' && !isDropped(param));
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

/** Compared by what they mean, however their characters are escaped. */
function matchDefaults(defaults: Job['urls']['defaultParams']): (param: string) => boolean {
  if (defaults === undefined) return () => false;
  return (param) => {
    for (const [name, value] of new URLSearchParams(param)) {
      return Object.hasOwn(defaults, name) && defaults[name]?.includes(value) === true;
    }
    return false;
  };
}
