import { HaltError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Batch, PageRequest, SessionChange, SessionOfPool } from '../../model.ts';
import { mayCarrySecrets } from '../../schema/host-names.ts';
import {
  cookieHeaderFor,
  mergeCookies,
  readSetCookies,
  type StoredCookie,
  scriptCookiesFor,
} from '../../sessions/jar.ts';
import { canBeMadeAnew } from '../../sessions/pool.ts';
import type { SessionKey } from '../../sessions/seal.ts';
import { sealCookies } from '../../sessions/sealed-session.ts';
import type { SessionSettings } from '../../sessions/session-schema.ts';
import type { Engine } from '../engine.ts';
import type { SessionContext } from './log-in-once.ts';
import { openSession, type SessionWanted } from './open-session.ts';
import { isOver, type LiveSession, noteSecrets, type ProcessSession } from './process-session.ts';
import { isOpenedByKey, readRefusal } from './refused-key.ts';
import { noteVouched, type RunSessions } from './run-sessions.ts';
import type { SessionPool } from './session-pool.ts';

/** The sessions of one batch, open, and what its answers change in them. */
export interface BatchSessions {
  of(request: PageRequest): SessionOfRequest | undefined;
  /** For the outcome; empty where nothing changed. */
  changes(): SessionChange[];
}

export interface SessionOfRequest {
  name: string;
  /** Its place in a pool of several. */
  seat: number | undefined;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The value of the Cookie header. */
  cookies(url: string): string;
  /** Those that scripts of the page may read (`document.cookie`). */
  scriptCookies(url: string): { name: string; value: string }[];
  /** Whether the login has ended by itself: nothing is sent in it any more. */
  isOver(): boolean;
  /** Whether a password or a key would be sent to the address in plain text. */
  isInsecure(url: string): boolean;
  /** Takes the cookies of an answer, and says whether any changed. */
  receive(answer: FetchResult): boolean;
  /**
   * What the answer shows of the end of the session, if anything; it is opened again then. `isAgain`: an answer to its
   * request showed that before.
   */
  endedBy(answer: FetchResult, isAgain: boolean): SessionEnd | undefined;
  /** Notes that the session was answered as sessions should be. */
  succeed(): void;
  /**
   * Notes a failure, if it is one for which a pool goes on with its next session; `turns`: how many sessions the request
   * was sent in before. `next`: where the request goes on; none where enough were tried.
   */
  fail(code: string, turns: number): { next?: SessionOfPool; isRetired: boolean } | undefined;
}

/** An answer that shows that its session has ended. */
export interface SessionEnd {
  /** What of the answer shows it, for people. */
  why: string;
  /**
   * The login that has ended: `new` had answered nothing before, `proven` had, or was made by another process;
   * `known` was known to have ended, by another answer.
   */
  of: 'new' | 'proven' | 'known';
  /** It may as well be the page's own answer: the session goes on, until enough answers say the same. */
  isOpen?: true;
}

/** How often one request goes from session to session: twice round the pool, since those that were given up are new then. */
const maxTurns = 10;

function isRotatedOn({ rotateOn }: SessionSettings, code: string): boolean {
  return rotateOn.some((entry) => entry === code || `HTTP_${entry}` === code);
}

/** Where the sessions of a batch cannot be opened here now. */
export type SessionsElsewhere =
  /** Another process opens one (epoch ms). */
  | { busyUntil: number }
  /** A process that knows the secrets is to open one. */
  | { isClosed: true };

/** Opens the sessions that the batch needs, logging in if need be. */
export async function openBatchSessions(
  engine: Engine,
  context: SessionContext,
  batch: Pick<Batch, 'id' | 'host' | 'requests' | 'waits' | 'sessions'>,
): Promise<BatchSessions | SessionsElsewhere> {
  const { waits = 0 } = batch;
  if (context.sessions.areOpenedElsewhere) noteVouched(context.sessions, batch);
  // Where processes are ended from outside, a message is billed like a second of waiting.
  const waitUntil = engine.now() + (engine.endsAt === undefined ? 0 : engine.limits.maxWaitMs);
  const opened = new Map<string, OpenSession>();
  for (const request of batch.requests) {
    const pool = context.sessions.of(request);
    const place = pool === undefined ? '' : placeOf(pool, request, batch.id);
    if (pool === undefined || opened.has(place)) continue;
    // What an earlier answer of a chain of redirects set was merged before this batch was sent; a batch that a process with a browser sent back
    // has found its session ended there, which this process would not know for as long as it trusts what it read.
    const isFresh =
      batch.sessions === 'wanted' ||
      batch.requests.some(({ via, sessionEnds }) => via !== undefined || sessionEnds !== undefined);
    const one = await openOneOf(
      engine,
      context,
      { pool, seat: pool.seatOf(request, batch.id), wanted: { isFresh, waitUntil, waits } },
      batch,
    );
    if ('busyUntil' in one || 'isClosed' in one) return one;
    opened.set(place, one);
  }
  return sessionsOfBatch(engine.now, context.sessions, batch.id, opened);
}

/** Names the session of a request within its batch. */
export function placeOf(pool: SessionPool, request: PageRequest, batch: string): string {
  return `${pool.name}#${pool.seatOf(request, batch)}`;
}

/** The session at the seat; if that one is over until the run ends, the next of the pool that is not. */
async function openOneOf(
  engine: Engine,
  context: SessionContext,
  { pool, seat: first, wanted }: { pool: SessionPool; seat: number; wanted: SessionWanted },
  { host }: Pick<Batch, 'host'>,
): Promise<OpenSession | SessionsElsewhere> {
  for (let step = 0; step < pool.size; step += 1) {
    const seat = (first + step) % pool.size;
    const session = pool.at(seat, host);
    try {
      const live = await openSession(engine, context, session, wanted);
      if (live === 'resting') continue;
      if (live === 'closed') return { isClosed: true };
      return 'busyUntil' in live ? live : { pool, session, seat, live, ...unused() };
    } catch (error) {
      const isOver = error instanceof HaltError && error.code === 'SESSION_OVER';
      if (!isOver || pool.size === 1) throw error;
    }
  }
  const message = `all ${pool.size} sessions of ${pool.name} have failed too often or are over`;
  throw new HaltError('SESSION_OVER', message);
}

/** Those that are open, by their places, whoever opened them. */
export function sessionsOfBatch(
  now: () => number,
  { key, of }: RunSessions,
  batch: string,
  opened: ReadonlyMap<string, OpenSession>,
): BatchSessions {
  return {
    of(request) {
      const pool = of(request);
      const entry = pool === undefined ? undefined : opened.get(placeOf(pool, request, batch));
      return entry === undefined ? undefined : ofRequest(now, entry);
    },
    // Two places of a pool may have come to one session: each says what it received.
    changes: () => [...opened.values()].flatMap((entry) => changeOf(key, entry) ?? []),
  };
}

function changeOf(
  key: SessionKey,
  { session, live, received, hasEnded, endedAt, failures, isRetired, hasSucceeded }: OpenSession,
): SessionChange | undefined {
  const isProven = hasSucceeded && !live.hasProof && isOpenedByKey(session);
  const isForgiven = hasSucceeded && live.failures > 0;
  const isHealthChanged = failures > 0 || isForgiven;
  if (received.length === 0 && !hasEnded && !isHealthChanged && !isProven) return undefined;
  const { generation } = live;
  const { name } = session;
  return {
    ...{ name, generation },
    ...(received.length === 0 ? {} : { sealed: sealCookies(key, session.key, generation, received) }),
    ...(hasEnded ? { hasEnded } : {}),
    ...(endedAt === undefined || session.settings.login !== undefined ? {} : { endedAt }),
    ...(isProven ? { isProven } : {}),
    ...(isRetired ? { isRetired } : {}),
    ...(isHealthChanged ? { failures: { inARow: failures, hasSucceeded } } : {}),
  };
}

export interface OpenSession {
  pool: SessionPool;
  session: ProcessSession;
  /** Its place in the pool. */
  seat: number;
  live: LiveSession;
  /** Cookies that changed, oldest first. */
  received: StoredCookie[];
  hasEnded: boolean;
  /** Epoch ms. */
  endedAt: number | undefined;
  isRetired: boolean;
  /** Failures in a row of this batch, since its last success. */
  failures: number;
  hasSucceeded: boolean;
}

/** What a batch has come to know of a session that it has just opened. */
export function unused(): Pick<
  OpenSession,
  'received' | 'hasEnded' | 'endedAt' | 'isRetired' | 'failures' | 'hasSucceeded'
> {
  return {
    received: [],
    hasEnded: false,
    endedAt: undefined,
    isRetired: false,
    failures: 0,
    hasSucceeded: false,
  };
}

function ofRequest(now: () => number, opened: OpenSession): SessionOfRequest {
  const { live, session, pool, seat } = opened;
  const end = () => {
    opened.hasEnded = true;
    opened.endedAt ??= now();
    if (session.live?.generation === live.generation) session.live = undefined;
  };
  return {
    name: session.name,
    seat: pool.size === 1 ? undefined : seat,
    headers: { ...session.headers, ...live.ownHeaders, ...live.headers },
    cookies: (url) => cookieHeaderFor(live.jar, new URL(url), now()),
    scriptCookies: (url) => scriptCookiesFor(live.jar, new URL(url), now()),
    isOver() {
      if (!isOver(live, now())) return false;
      end();
      return true;
    },
    isInsecure(url) {
      const hasSecrets = session.hasSecretHeaders || Object.keys(live.headers).length > 0;
      return hasSecrets && !mayCarrySecrets(new URL(url));
    },
    receive({ url, setCookies }) {
      if (setCookies === undefined) return false;
      const cookies = readSetCookies(url, setCookies, now());
      const hasChanged = mergeCookies(live.jar, cookies);
      if (!hasChanged) return false;
      opened.received.push(...cookies);
      noteSecrets(
        session,
        cookies.map(({ value }) => value),
      );
      return true;
    },
    endedBy(answer, isAgain) {
      const refusal = pool.size === 1 ? readRefusal(session, live, answer, isAgain) : undefined;
      if (refusal?.isOver === false) return { why: 'status 401', of: 'new', isOpen: true };
      const why = session.endedBy(answer) ?? refusal?.why;
      if (why === undefined) return undefined;
      const isKnown = session.live?.generation !== live.generation;
      end();
      if (isKnown) return { why, of: 'known' };
      return { why, of: live.isProven ? 'proven' : 'new' };
    },
    succeed() {
      live.isProven = true;
      session.refusals = 0;
      // The ledger may have been read anew since the batch began.
      if (session.live?.generation === live.generation) session.live.isProven = true;
      opened.failures = 0;
      opened.hasSucceeded = true;
    },
    fail(code, turns) {
      if (pool.size === 1 || !isRotatedOn(pool.settings, code)) return undefined;
      opened.failures += 1;
      const before = opened.hasSucceeded ? 0 : live.failures;
      const isRetired = before + opened.failures >= pool.settings.retireAfter;
      if (isRetired) {
        opened.isRetired = true;
        end();
      }
      const isLast =
        turns + 1 >= Math.min(canBeMadeAnew(session.settings) ? 2 * pool.size : pool.size, maxTurns);
      const next = isLast ? {} : { next: { seat: (seat + 1) % pool.size, turns: turns + 1 } };
      return { ...next, isRetired };
    },
  };
}
