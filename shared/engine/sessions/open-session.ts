import { makeLocks } from '../../coordination/lock.ts';
import { HaltError } from '../../errors.ts';
import { readCookieFile } from '../../sessions/imports/read-cookies.ts';
import { mergeCookies, type StoredCookie } from '../../sessions/jar.ts';
import { canBeMadeAnew } from '../../sessions/pool.ts';
import {
  contentOfJar,
  countFailures,
  sealContent,
  sessionExpiry,
  unsealContent,
} from '../../sessions/sealed-session.ts';
import { readSmallFile } from '../../sources/read-small-file.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';
import { logInOnce } from './log-in-once.ts';
import { emptyLive, isOver, type LiveSession, noteLive, type ProcessSession } from './process-session.ts';
import type { RunSessions } from './run-sessions.ts';

/** How old what this process knows of a session may be: reading it for every batch would make one key hot. */
const sessionAgeMs = 1_000;
/**
 * When to look again for what another process is doing: a login takes a second or two. On AWS each look is a delivery,
 * which costs: one that takes longer is looked for after as long as it has taken so far, and at most after the longest delay of SQS.
 */
const lookAgainMs = { here: 1_000, whereBilled: 5_000, longest: 900_000 };
/** A process that dies during a login keeps the others waiting for this long. */
const loginLeaseMs = 30_000;

/** Until when the session is being opened elsewhere: epoch ms. */
export type BusySession = { busyUntil: number };

/** It failed too often, and cannot be made anew: another of its pool is to be taken, until the run ends. */
export type RestingSession = 'resting';

/**
 * The session, open: as the ledger has it, else opened here, once under a lock for all processes. Throws `HaltError`
 * LOGIN_… and `RetryError`.
 */
export async function openSession(
  engine: Engine,
  context: RunContext & { sessions: RunSessions },
  session: ProcessSession,
  isFresh: boolean,
): Promise<LiveSession | BusySession | RestingSession> {
  const known = session.live;
  const isRecent = known !== undefined && engine.now() - known.readAt <= sessionAgeMs;
  if (isRecent && !isFresh && !isOver(known, engine.now())) return known;
  const found = await readLive(engine, context, session);
  const busySince = session.busySince ?? engine.now();
  session.busySince = undefined;
  if (found.isOpen) return found.live;
  if (found.isResting) return 'resting';
  const locks = makeLocks(engine.ledger, { owner: engine.owner });
  const lock = await locks.tryAcquire(`login:${session.account}`, { leaseMs: loginLeaseMs });
  if (lock === undefined) {
    session.busySince = busySince;
    return { busyUntil: engine.now() + waitForLoginMs(engine, busySince) };
  }
  try {
    // Another process may have opened it since.
    const again = await readLive(engine, context, session);
    if (again.isResting) return 'resting';
    return again.isOpen ? again.live : await open(engine, context, session, again, lock.signal);
  } finally {
    await lock.release();
  }
}

function waitForLoginMs({ endsAt, now }: Engine, busySince: number): number {
  if (endsAt === undefined) return lookAgainMs.here;
  return Math.min(lookAgainMs.longest, Math.max(lookAgainMs.whereBilled, now() - busySince));
}

interface Found {
  isOpen: boolean;
  live: LiveSession;
  /** There is a record, and it is over. */
  hasEnded: boolean;
  /** It is over for this run. */
  isResting: boolean;
}

/** What the ledger has; the cookies of this process that it lacks as yet stay. */
async function readLive(
  engine: Engine,
  { id, sessions: { key } }: RunContext & { sessions: RunSessions },
  session: ProcessSession,
): Promise<Found> {
  const isNew = { isOpen: false, hasEnded: false, isResting: false };
  const readAt = engine.now();
  const record = await engine.ledger.readSession(session.key);
  if (record === undefined) return { ...isNew, live: emptyLive(readAt) };
  const content = unsealContent(key, session.key, record);
  const { generation, version } = record;
  if (content === undefined || content.fingerprint !== session.fingerprint) {
    // Of other settings, or sealed by another key: of no use, and replaced.
    return { ...isNew, live: { ...emptyLive(readAt), generation, version } };
  }
  const known = session.live;
  const { jar, headers, expiresAt } = content;
  const failures = countFailures(content);
  const live: LiveSession = { generation, version, jar, headers, expiresAt, failures, readAt };
  const hasEnded = record.hasEnded || isOver(live, readAt);
  if (known?.generation === generation) mergeCookies(live.jar, [...known.jar.values()]);
  noteLive(session, live);
  if (!hasEnded) session.live = live;
  const isRetired = hasEnded && content.restsFor !== undefined;
  const isResting = isRetired && content.restsFor === id && !canBeMadeAnew(session.settings);
  // A new start: neither the cookies nor the headers of a session that was given up.
  if (isRetired) return { ...isNew, live: { ...emptyLive(readAt), generation, version }, isResting };
  return { isOpen: !hasEnded, live, hasEnded, isResting };
}

async function open(
  engine: Engine,
  context: RunContext & { sessions: RunSessions },
  session: ProcessSession,
  { live: before, hasEnded }: Found,
  signal: AbortSignal,
): Promise<LiveSession> {
  const { settings } = session;
  if (settings.login === undefined && hasEnded) {
    const message = `session ${session.name} has ended, and the job has no login for it`;
    throw new HaltError('SESSION_OVER', message);
  }
  const next = { generation: before.generation + 1, version: before.version + 1 };
  const live: LiveSession = { ...before, ...next, failures: 0 };
  if (settings.cookies !== undefined && !hasEnded) {
    mergeCookies(live.jar, await readCookies(context, settings.cookies, engine.now()));
  }
  if (settings.login !== undefined) {
    const { login } = settings;
    const result = await logInOnce(engine, context, {
      session,
      settings: { ...settings, login },
      jar: live.jar,
      signal,
    });
    live.headers = result.headers;
    live.expiresAt = result.expiresAt;
  }
  noteLive(session, live);
  signal.throwIfAborted();
  const now = engine.now();
  const { headers, expiresAt } = live;
  const content = contentOfJar({ fingerprint: session.fingerprint, headers, expiresAt }, live.jar, now);
  const sealed = sealContent(context.sessions.key, session.key, live.generation, content);
  const { generation, version } = live;
  const isSaved = await engine.ledger.saveSession(
    session.key,
    { generation, version, sealed },
    sessionExpiry(now),
  );
  if (!isSaved) {
    // A batch merged its cookies meanwhile: the record is read again, and if need be replaced, by the next look.
    const again = await readLive(engine, context, session);
    if (again.isOpen) return again.live;
    const later = { generation: again.live.generation + 1, version: again.live.version + 1 };
    const resealed = sealContent(context.sessions.key, session.key, later.generation, content);
    await engine.ledger.saveSession(session.key, { ...later, sealed: resealed }, sessionExpiry(now));
    Object.assign(live, later);
  }
  session.live = { ...live, readAt: now };
  return session.live;
}

/** Files of cookies are small. */
const maxCookieFileBytes = 2_000_000;

async function readCookies({ env }: RunContext, path: string, now: number): Promise<StoredCookie[]> {
  const tooLarge = (size: number) =>
    new HaltError('COOKIES_INVALID', `${path}: ${size} bytes are no file of cookies`);
  const bytes = await readSmallFile(env.openFile, path, maxCookieFileBytes, tooLarge);
  return readCookieFile(new TextDecoder().decode(bytes), path, now);
}
