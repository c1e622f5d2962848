import { domainMatch } from 'tough-cookie';
import type { SessionStore } from '../../shared/coordination/ports.ts';
import { fingerprintKnown, type ProcessSession } from '../../shared/engine/sessions/process-session.ts';
import type { BrowserCookie } from '../../shared/fetch/cookies/browser-cookie.ts';
import { cookiesOfBrowser } from '../../shared/sessions/imports/cookies-of-browser.ts';
import { type Jar, makeJar } from '../../shared/sessions/jar.ts';
import { homeTest } from '../../shared/sessions/login/log-in.ts';
import type { SessionKey } from '../../shared/sessions/seal.ts';
import { contentOfJar, sealContent, sessionExpiry } from '../../shared/sessions/sealed-session.ts';

/** Cookies that the hosts of the session are sent; those that a login left elsewhere are none of its business. */
export function jarOfSession(
  { settings }: Pick<ProcessSession, 'settings'>,
  opened: string,
  cookies: readonly BrowserCookie[],
  now: number,
): Jar {
  const isHome = homeTest(settings);
  const { hostname } = new URL(opened);
  // A domain above a host of the session is sent to it, wherever the login began.
  const hosts = [hostname, ...settings.hosts.map((host) => host.replace(/^\*\./, '').replace(/:\d+$/, ''))];
  const own = cookiesOfBrowser(cookies, now).filter(
    ({ domain, isHostOnly }) =>
      isHome(`https://${domain}/`) ||
      domain === hostname ||
      (!isHostOnly && hosts.some((host) => domainMatch(host, domain) === true)),
  );
  return makeJar(own);
}

/** Somebody else writes the record meanwhile: it is looked at this often. */
const maxLooks = 50;

/** Replaces the session, sealed, by what a login has brought; runs take it up with their next batch. */
export async function keepSession(
  store: Pick<SessionStore, 'readSession' | 'saveSession'>,
  key: SessionKey,
  session: ProcessSession,
  jar: Jar,
  now: number,
): Promise<void> {
  const content = contentOfJar({ fingerprint: fingerprintKnown(session), headers: {} }, jar, now);
  for (let look = 0; look < maxLooks; look += 1) {
    const before = await store.readSession(session.key);
    const generation = (before?.generation ?? 0) + 1;
    const version = (before?.version ?? 0) + 1;
    const sealed = sealContent(key, session.key, generation, content);
    if (await store.saveSession(session.key, { generation, version, sealed }, sessionExpiry(now))) return;
  }
  throw new Error(`session ${session.name} changes all the time`);
}
