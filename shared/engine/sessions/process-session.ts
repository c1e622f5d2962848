import { type Jar, makeJar } from '../../sessions/jar.ts';
import type { makeEndedTest } from '../../sessions/login/conditions.ts';
import type { SessionSettings } from '../../sessions/session-schema.ts';
import { staticHeaders } from '../../sessions/static-headers.ts';

/** One session as this process knows it: shared by all of its batches. */
export interface ProcessSession {
  /** In a pool with its place. */
  readonly name: string;
  /** Its key in the ledger: sessions outlive runs. */
  readonly key: string;
  /** The account that it logs in to, which other sessions of its pool may share. */
  readonly account: string;
  /** Where secrets are stand-ins, their placeholders stand in it. */
  readonly settings: SessionSettings;
  /** Says whether what is stored was made by these settings. */
  readonly origin: SessionOrigin;
  /** None where secrets are stand-ins: then they come with the session (`LiveSession.ownHeaders`). */
  readonly headers: Readonly<Record<string, string>>;
  /** A password or a key is among the headers. */
  readonly hasSecretHeaders: boolean;
  /** What an answer shows when the session has ended. */
  endedBy: ReturnType<typeof makeEndedTest>;
  /** As it was read from the ledger last, or made here; undefined while it is closed. */
  live: LiveSession | undefined;
  /** Answers in a row of this process that refused its key. */
  refusals: number;
  /** While this process logs in, or waits for the login of another one. */
  opening: Promise<OpenedSession> | undefined;
  /** Secrets of this and earlier logins. */
  readonly seen: Set<string>;
}

/**
 * What a session is made by, secrets included. A process that knows the secrets compares the fingerprint; one that does not has a digest of it by
 * one that does.
 */
export type SessionOrigin = { fingerprint: string } | { vouched: string | undefined };

/**
 * `busyUntil`: it is being opened elsewhere, and the batch is to come back then (epoch ms). `resting`: it failed too often
 * and cannot be made anew, so that another of its pool is to be taken until the run ends. `closed`: a process that knows its secrets is to
 * open it.
 */
export type OpenedSession = LiveSession | { busyUntil: number } | 'resting' | 'closed';

export interface LiveSession {
  generation: number;
  /** Of the ledger's record. */
  version: number;
  jar: Jar;
  /** Headers that the login gave. */
  headers: Record<string, string>;
  /** Those of its settings, of a job whose pages are read where its secrets are not known. */
  ownHeaders?: Record<string, string> | undefined;
  /** Epoch ms at which the login ends by itself, if it is known. */
  expiresAt?: number | undefined;
  /** Failures in a row, of a session of a pool. */
  failures: number;
  /**
   * Whether an answer of it was as sessions' are. So it counts where another process logged in, which alone knows; a key is
   * proven for each run anew, since it may have been changed since the last one.
   */
  isProven: boolean;
  /** Whether the ledger knows that the key was proven in this run. */
  hasProof: boolean;
  /** Epoch ms at which the ledger was asked. */
  readAt: number;
}

/**
 * Shorter values open nothing: session identifiers have 64 bits or more (OWASP Session Management Cheat Sheet), which
 * are 11 characters of Base64; a currency or a language must not be taken for a secret. Some sites' identifiers are
 * shorter: from 8 characters with letters and digits among them, a value is taken for one.
 */
const minSecretLength = 11;
const minMixedLength = 8;

function isSecretLike(text: string): boolean {
  if (text.length >= minSecretLength) return true;
  return text.length >= minMixedLength && /[a-z]/i.test(text) && /\d/.test(text);
}

/** Sites that give each answer another cookie would fill the memory. */
const maxSeen = 500;

/** Notes what opens the session, for redaction. */
export function noteSecrets({ seen, headers }: ProcessSession, texts: Iterable<string>): void {
  const own = Object.entries(headers).flatMap(([name, value]) => (name === 'authorization' ? [value] : []));
  for (const text of [...texts, ...own]) {
    const secret = text.replace(/^(Basic|Bearer) /, '');
    if (!isSecretLike(secret)) continue;
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
  { jar, headers, ownHeaders = {} }: Pick<LiveSession, 'jar' | 'headers' | 'ownHeaders'>,
): void {
  const written = staticHeaders(session.settings);
  // Those in which a secret stands: without it they are other ones.
  const own = Object.entries(ownHeaders).flatMap(([name, value]) => (written[name] === value ? [] : [value]));
  noteSecrets(session, [...[...jar.values()].map(({ value }) => value), ...Object.values(headers), ...own]);
}

/** Whether the login has ended by itself. */
export function isOver({ expiresAt = Number.POSITIVE_INFINITY }: LiveSession, now: number): boolean {
  return expiresAt <= now;
}

export function emptyLive(readAt: number): LiveSession {
  const unproven = { failures: 0, isProven: false, hasProof: false };
  return { generation: 0, version: 0, jar: makeJar(), headers: {}, ...unproven, readAt };
}

/** Of a process that knows the secrets. */
export function fingerprintKnown({ name, origin }: Pick<ProcessSession, 'name' | 'origin'>): string {
  if ('fingerprint' in origin) return origin.fingerprint;
  throw new Error(`session ${name}: its secrets are stand-ins here`);
}
