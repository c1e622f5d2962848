import type { ChainCookies } from '../../model.ts';
import { legalSetCookie } from './legal-set-cookie.ts';

/** A chain of redirects that sets more cookies is no consent gate. */
const maxCookies = 50;
/** With its attributes. */
const maxCookieLength = 8_192;

/**
 * The cookies of a chain of redirects after one more answer; `undefined` while there are none. They are stored as
 * they were received (RFC 6265 §5.2), with the URL that set them. `step`: the number of the answer in the chain.
 */
export async function receiveCookies(
  before: ChainCookies | undefined,
  url: string,
  setCookies: string[],
  step: number,
): Promise<ChainCookies | undefined> {
  const cookies = setCookies.filter(({ length }) => length <= maxCookieLength);
  if (cookies.length === 0) return before;
  const added = cookies.map((cookie) => ({ url, cookie }));
  const received = [...(before?.received ?? []), ...added].slice(-maxCookies);
  const hasChanged = (await contentOf(received)) !== (await contentOf(before?.received ?? []));
  return { received, changedAt: hasChanged ? step : (before?.changedAt ?? -1) };
}

/** The value of the Cookie header for a URL, by domain, path, scheme and age; `''` when no cookie matches. */
export async function cookieHeader({ received }: ChainCookies, url: string): Promise<string> {
  return (await jarOf(received)).getCookieStringSync(url);
}

/** Those that go to a URL, one by one. */
export async function cookiesOfChain(
  { received }: ChainCookies,
  url: string,
): Promise<{ name: string; value: string; httpOnly: boolean }[]> {
  const cookies = (await jarOf(received)).getCookiesSync(url);
  return cookies.map(({ key, value, httpOnly }) => ({ name: key, value, httpOnly }));
}

async function contentOf(received: ChainCookies['received']): Promise<string> {
  const { cookies } = (await jarOf(received)).serializeSync() ?? { cookies: [] };
  return cookies
    .map(({ domain, path, key, value }) => JSON.stringify([domain, path, key, value]))
    .sort()
    .join();
}

/** Few chains set cookies, so the cookie library is loaded by the first that does. */
async function jarOf(received: ChainCookies['received']) {
  const { CookieJar, getPublicSuffix } = await import('tough-cookie');
  const jar = new CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: true });
  const isPublicSuffix = (domain: string) =>
    getPublicSuffix(domain, { allowSpecialUseDomain: false, ignoreError: true }) == null;
  for (const { url, cookie } of received) {
    const legal = legalSetCookie(cookie, new URL(url), isPublicSuffix);
    if (legal !== undefined) jar.setCookieSync(legal, url, { ignoreError: true });
  }
  return jar;
}
