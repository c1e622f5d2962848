import type { BrowserCookie } from '../../fetch/cookies/browser-cookie.ts';
import type { StoredCookie } from '../jar.ts';

/** Cookies of a browser, as a session keeps them. */
export function cookiesOfBrowser(cookies: readonly BrowserCookie[], now: number): StoredCookie[] {
  return cookies.map(({ name, value, domain, path, secure, httpOnly, expires }) => ({
    name,
    value,
    domain: domain.replace(/^\./, ''),
    path,
    isHostOnly: !domain.startsWith('.'),
    isSecure: secure,
    ...(httpOnly ? {} : { isForScripts: true as const }),
    ...(expires < 0 ? {} : { expiresAt: expires * 1_000 }),
    createdAt: now,
    setAt: now,
  }));
}
