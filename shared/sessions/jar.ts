import { type Cookie, CookieJar, domainMatch, getPublicSuffix, pathMatch } from 'tough-cookie';
import { legalSetCookie } from '../fetch/cookies/legal-set-cookie.ts';
import { isLoopback } from '../schema/host-names.ts';

/** A cookie as a session keeps it. One that was deleted stays for a while, so that an older answer cannot bring it back. */
export interface StoredCookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  isHostOnly: boolean;
  isSecure: boolean;
  /** It was set without HttpOnly, so that scripts of pages may read it. */
  isForScripts?: true;
  /** Epoch ms; none for a cookie of the session. */
  expiresAt?: number;
  /** When it was created first, and when its answer came: epoch ms. */
  createdAt: number;
  setAt: number;
}

/** Cookies of a session by their identity (RFC 6265bis §5.7: name, domain, host-only flag, path). */
export type Jar = Map<string, StoredCookie>;

/** RFC 6265bis §5.5. */
const maxAgeMs = 400 * 86_400_000;
/** Browsers keep fewer for a site. */
const maxCookies = 300;
/** How long a deleted cookie is remembered: longer than an answer can be under way. */
const tombstoneMs = 3_600_000;

export function makeJar(cookies: readonly StoredCookie[] = []): Jar {
  return new Map(cookies.map((cookie) => [identityOf(cookie), cookie]));
}

/** The cookies of an answer to `url` that came at `at` (epoch ms), as browsers would take them (RFC 6265bis §5.7). */
export function readSetCookies(url: string, setCookies: readonly string[], at: number): StoredCookie[] {
  const jar = new CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: true });
  const { protocol, hostname } = new URL(url);
  const isSafe = protocol === 'https:' || isLoopback({ hostname });
  return setCookies.flatMap((text) => {
    const legal = legalSetCookie(text, { protocol, hostname }, isPublicSuffix);
    const cookie = legal === undefined ? undefined : jar.setCookieSync(legal, url, { ignoreError: true });
    if (cookie === undefined || (cookie.secure && !isSafe)) return [];
    return [toStored(cookie, hostname, at)];
  });
}

function isPublicSuffix(domain: string): boolean {
  return getPublicSuffix(domain, { allowSpecialUseDomain: false, ignoreError: true }) == null;
}

function toStored(cookie: Cookie, hostname: string, at: number): StoredCookie {
  const expiresAt = expiryOf(cookie, at);
  return {
    name: cookie.key,
    value: cookie.value,
    domain: cookie.domain ?? hostname,
    path: cookie.path ?? '/',
    isHostOnly: cookie.hostOnly ?? true,
    isSecure: cookie.secure,
    ...(cookie.httpOnly ? {} : { isForScripts: true }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    createdAt: at,
    setAt: at,
  };
}

/** Max-Age comes before Expires (RFC 6265 §5.3). */
function expiryOf({ maxAge, expires }: Cookie, at: number): number | undefined {
  const seconds = maxAge === null ? undefined : Number(maxAge);
  if (seconds !== undefined) return Math.min(seconds <= 0 ? 0 : at + seconds * 1_000, at + maxAgeMs);
  return expires instanceof Date ? Math.min(expires.getTime(), at + maxAgeMs) : undefined;
}

/** Takes cookies into the jar, the newest wins; says whether anything changed that requests or other processes notice. */
export function mergeCookies(jar: Jar, cookies: readonly StoredCookie[]): boolean {
  let hasChanged = false;
  for (const cookie of newestOf(cookies)) hasChanged = mergeCookie(jar, cookie) || hasChanged;
  if (jar.size > maxCookies) {
    const oldest = [...jar].sort(([, a], [, b]) => a.setAt - b.setAt).slice(0, jar.size - maxCookies);
    for (const [identity] of oldest) jar.delete(identity);
  }
  return hasChanged;
}

/** The last of each identity: those before it, of one millisecond, must not come back when the merge is repeated. */
function newestOf(cookies: readonly StoredCookie[]): Iterable<StoredCookie> {
  const newest: Jar = new Map();
  for (const cookie of cookies) {
    const identity = identityOf(cookie);
    const known = newest.get(identity);
    if (known === undefined || known.setAt <= cookie.setAt) newest.set(identity, cookie);
  }
  return newest.values();
}

function mergeCookie(jar: Jar, cookie: StoredCookie): boolean {
  const identity = identityOf(cookie);
  const known = jar.get(identity);
  if (known !== undefined && known.setAt > cookie.setAt) return false;
  const isDead = (one: StoredCookie) => one.expiresAt !== undefined && one.expiresAt <= cookie.setAt;
  if (isDead(cookie) && (known === undefined || isDead(known))) return false;
  if (known !== undefined && isSame(known, cookie)) return false;
  jar.set(identity, known === undefined ? cookie : { ...cookie, createdAt: known.createdAt });
  return true;
}

/** Almost every answer of some sites sets the same cookie again, to last a little longer: that is no change worth a write. */
function isSame(known: StoredCookie, cookie: StoredCookie): boolean {
  if (known.value !== cookie.value || known.isSecure !== cookie.isSecure) return false;
  if (known.isForScripts !== cookie.isForScripts) return false;
  if (known.expiresAt === undefined || cookie.expiresAt === undefined) {
    return known.expiresAt === cookie.expiresAt;
  }
  const leftMs = known.expiresAt - cookie.setAt;
  return cookie.expiresAt > cookie.setAt && Math.abs(cookie.expiresAt - known.expiresAt) <= leftMs / 10;
}

/** The value of the Cookie header for an address (RFC 6265 §5.4); `''` when none matches. */
export function cookieHeaderFor(jar: Jar, url: URL, now: number): string {
  const sent = cookiesFor(jar, url, now);
  return sent.map(({ name, value }) => (name === '' ? value : `${name}=${value}`)).join('; ');
}

/** The cookies that scripts of the page at an address may read; the others never enter a browser. */
export function scriptCookiesFor(jar: Jar, url: URL, now: number): { name: string; value: string }[] {
  const readable = cookiesFor(jar, url, now).filter(({ isForScripts }) => isForScripts === true);
  return readable.map(({ name, value }) => ({ name, value }));
}

/** In the order in which they are sent. */
function cookiesFor(jar: Jar, url: URL, now: number): StoredCookie[] {
  const isSafe = url.protocol === 'https:' || isLoopback(url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const sent = [...jar.values()].filter(
    (cookie) =>
      (cookie.expiresAt === undefined || cookie.expiresAt > now) &&
      (!cookie.isSecure || isSafe) &&
      (cookie.isHostOnly ? cookie.domain === host : domainMatch(host, cookie.domain) === true) &&
      pathMatch(url.pathname, cookie.path),
  );
  return sent.sort((a, b) => b.path.length - a.path.length || a.createdAt - b.createdAt);
}

/** What is kept of a jar: without what expired long ago. */
export function cookiesOf(jar: Jar, now: number): StoredCookie[] {
  return [...jar.values()].filter(
    ({ expiresAt, setAt }) => expiresAt === undefined || expiresAt > now || setAt > now - tombstoneMs,
  );
}

function identityOf({ name, domain, path, isHostOnly }: StoredCookie): string {
  return JSON.stringify([name, domain, path, isHostOnly]);
}
