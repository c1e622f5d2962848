import type { StoredCookie } from '../jar.ts';

/** A cookie as a browser has it. */
export interface CookieOfBrowser {
  name: string;
  value: string;
  /** With a dot in front where it is of all hosts below, too. */
  domain: string;
  path: string;
  secure: boolean;
  httpOnly: boolean;
  /** Epoch seconds; -1 for one of the browser's own session. */
  expires: number;
}

/** Cookies of a browser, as a session keeps them. */
export function cookiesOfBrowser(cookies: readonly CookieOfBrowser[], now: number): StoredCookie[] {
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
