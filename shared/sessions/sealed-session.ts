import { createHash } from 'node:crypto';
import { cookiesOf, type Jar, makeJar, type StoredCookie } from './jar.ts';
import { digestWithKey, type SessionKey, seal, unseal } from './seal.ts';
import type { SessionSettings } from './session-schema.ts';

/** What is sealed of a session. */
export interface SessionContent {
  /** Of the settings it was made by: with others, such as another account, it is of no use. */
  fingerprint: string;
  cookies: StoredCookie[];
  /** Headers that a login gave, names in lower case. */
  headers: Record<string, string>;
  /** Those of its settings, where processes work in it that do not know the secrets. */
  ownHeaders?: Record<string, string> | undefined;
  /** Epoch ms at which the login ends by itself. */
  expiresAt?: number | undefined;
  /** Failures in a row of a session of a pool: how many each batch had, by the batch, so that a repeat adds none. */
  failures?: [batch: string, count: number][] | undefined;
  /** When it ended (epoch ms), of a session without a login. */
  endedAt?: number | undefined;
  /** The run in which an answer showed last that the site takes its key. */
  provenIn?: string | undefined;
  /** The run for which it rests, if it failed too often and cannot be made anew. */
  restsFor?: string | undefined;
}

/** Epoch ms until which a session is kept that nobody uses. */
export function sessionExpiry(now: number): number {
  return now + 30 * 86_400_000;
}

/** Failures in a row. */
export function countFailures({ failures = [] }: Pick<SessionContent, 'failures'>): number {
  return failures.reduce((sum, [, count]) => sum + count, 0);
}

export function contentOfJar(
  {
    fingerprint,
    headers,
    ownHeaders,
    expiresAt,
    failures = [],
    endedAt,
    provenIn,
    restsFor,
  }: Omit<SessionContent, 'cookies'>,
  jar: Jar,
  now: number,
): SessionContent {
  const cookies = cookiesOf(jar, now);
  return {
    ...{ fingerprint, cookies, headers },
    ...(ownHeaders === undefined ? {} : { ownHeaders }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(failures.length === 0 ? {} : { failures }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(provenIn === undefined ? {} : { provenIn }),
    ...(restsFor === undefined ? {} : { restsFor }),
  };
}

export function sealContent(
  key: SessionKey,
  name: string,
  generation: number,
  content: SessionContent,
): Uint8Array {
  return seal(key, `session ${name} ${generation}`, JSON.stringify(content));
}

/** `undefined` where another key sealed it. */
export function unsealContent(
  key: SessionKey,
  name: string,
  { generation, sealed }: { generation: number; sealed: Uint8Array },
): (SessionContent & { jar: Jar }) | undefined {
  const text = unseal(key, `session ${name} ${generation}`, sealed);
  if (text === undefined) return undefined;
  const content = JSON.parse(text) as SessionContent;
  return { ...content, jar: makeJar(content.cookies) };
}

export function sealCookies(
  key: SessionKey,
  name: string,
  generation: number,
  cookies: StoredCookie[],
): string {
  return Buffer.from(seal(key, `cookies ${name} ${generation}`, JSON.stringify(cookies))).toString('base64');
}

export function unsealCookies(
  key: SessionKey,
  name: string,
  generation: number,
  sealed: string,
): StoredCookie[] | undefined {
  const text = unseal(key, `cookies ${name} ${generation}`, Buffer.from(sealed, 'base64'));
  return text === undefined ? undefined : (JSON.parse(text) as StoredCookie[]);
}

/** Names the settings that a session depends on, secrets included, without revealing them (they are sealed with it). */
export function fingerprintOf(settings: SessionSettings): string {
  const { hosts, headers, cookies, login, basic, bearer, apiKey } = settings;
  const made = [hosts, headers, cookies, login, basic, bearer, apiKey];
  return createHash('sha256').update(JSON.stringify(made)).digest('base64');
}

/** Names a fingerprint to those who have the key, without revealing it: a message may hold it. */
export function digestOfOrigin(key: SessionKey, name: string, fingerprint: string): string {
  return digestWithKey(key, `origin ${name} ${fingerprint}`);
}
