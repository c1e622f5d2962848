import type { Job } from '../../job/schema.ts';
import type { PageRequest } from '../../model.ts';
import type { Env } from '../../schema/secrets.ts';
import { hostMatcher } from '../../schema/session-hosts.ts';
import { noSession } from '../../schema/session-names.ts';
import { makeDangerTest } from '../../sessions/dangerous-links.ts';
import { type Jar, makeJar } from '../../sessions/jar.ts';
import { makeEndedTest } from '../../sessions/login/conditions.ts';
import type { SessionKey } from '../../sessions/seal.ts';
import { fingerprintOf } from '../../sessions/sealed-session.ts';
import { openSessionKey } from '../../sessions/session-key.ts';
import type { SessionSettings } from '../../sessions/session-schema.ts';
import { staticHeaders } from '../../sessions/static-headers.ts';

/** The sessions of a run's job in this process. */
export interface RunSessions {
  key: SessionKey;
  /** The session in which a request is sent, if any. */
  of(request: Pick<PageRequest, 'label' | 'url'>): ProcessSession | undefined;
  named(name: string): ProcessSession | undefined;
  /** Texts that open a session and that this process has seen: no outcome may hold them. */
  secretTexts(): string[];
}

/** One session as this process knows it: shared by all of its batches. */
export interface ProcessSession {
  readonly name: string;
  /** Its key in the ledger: sessions outlive runs. */
  readonly key: string;
  readonly settings: SessionSettings;
  readonly fingerprint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A password or a key is among the headers. */
  readonly hasSecretHeaders: boolean;
  /** What an answer shows when the session has ended. */
  endedBy: ReturnType<typeof makeEndedTest>;
  /** May a link log out, or change something in the name of the account? */
  isDangerous(url: string): boolean;
  /** As it was read from the ledger last, or made here; undefined while it is closed. */
  live: LiveSession | undefined;
  /** Secrets of this and earlier logins. */
  readonly seen: Set<string>;
}

export interface LiveSession {
  generation: number;
  /** Of the ledger's record. */
  version: number;
  jar: Jar;
  /** Headers that the login gave. */
  headers: Record<string, string>;
  /** Epoch ms at which the login ends by itself, if it is known. */
  expiresAt?: number | undefined;
  /** Epoch ms at which the ledger was asked. */
  readAt: number;
}

/** `undefined` for a job without sessions, whose requests cost nothing more. Throws `HaltError` SESSION_KEY_INVALID. */
export function makeRunSessions(job: Job, env: Env): RunSessions | undefined {
  const entries = Object.entries(job.sessions ?? {});
  if (entries.length === 0) return undefined;
  const sessions = new Map(
    entries.map(([name, settings]) => [name, processSession(job.name, name, settings)]),
  );
  const matchers = new Map(entries.map(([name, { hosts }]) => [name, hostMatcher(hosts)]));
  const [only] = entries.length === 1 ? entries : [];
  const byLabel = new Map(
    Object.entries(job.pages).map(([label, { session }]) => [label, session ?? only?.[0]]),
  );
  return {
    key: openSessionKey(env),
    of({ label, url }) {
      const name = label === '' ? only?.[0] : byLabel.get(label);
      if (name === undefined || name === noSession) return undefined;
      return matchers.get(name)?.(new URL(url)) === true ? sessions.get(name) : undefined;
    },
    named: (name) => sessions.get(name),
    secretTexts: () => [...sessions.values()].flatMap(({ seen }) => [...seen]),
  };
}

function processSession(job: string, name: string, settings: SessionSettings): ProcessSession {
  const isDangerous = makeDangerTest(settings.mayFollow);
  return {
    name,
    key: `${job}/${name}`,
    settings,
    fingerprint: fingerprintOf(settings),
    headers: staticHeaders(settings),
    hasSecretHeaders: [settings.basic, settings.bearer, settings.apiKey].some((value) => value !== undefined),
    endedBy: makeEndedTest(settings.endedBy),
    isDangerous,
    live: undefined,
    seen: new Set(),
  };
}

/**
 * Shorter values open nothing: session identifiers have 64 bits or more (OWASP Session Management Cheat Sheet), which
 * are 11 characters of Base64; a currency or a language must not be taken for a secret.
 */
const minSecretLength = 11;
/** Sites that give each answer another cookie would fill the memory. */
const maxSeen = 500;

/** Notes what opens the session, for redaction. */
export function noteSecrets({ seen, headers }: ProcessSession, texts: Iterable<string>): void {
  const own = Object.entries(headers).flatMap(([name, value]) => (name === 'authorization' ? [value] : []));
  for (const text of [...texts, ...own]) {
    const secret = text.replace(/^(Basic|Bearer) /, '');
    if (secret.length < minSecretLength) continue;
    seen.delete(secret);
    seen.add(secret);
  }
  for (const oldest of seen) {
    if (seen.size <= maxSeen) break;
    seen.delete(oldest);
  }
}

/** Notes the cookies and headers of an open session. */
export function noteLive(
  session: ProcessSession,
  { jar, headers }: Pick<LiveSession, 'jar' | 'headers'>,
): void {
  noteSecrets(session, [...[...jar.values()].map(({ value }) => value), ...Object.values(headers)]);
}

/** Whether the login has ended by itself. */
export function isOver({ expiresAt = Number.POSITIVE_INFINITY }: LiveSession, now: number): boolean {
  return expiresAt <= now;
}

export function emptyLive(readAt: number): LiveSession {
  return { generation: 0, version: 0, jar: makeJar(), headers: {}, readAt };
}
