import { setTimeout as sleep } from 'node:timers/promises';
import { makeLocks } from '../../coordination/lock.ts';
import { HaltError, RetryError } from '../../errors.ts';
import { readCookieFile } from '../../sessions/imports/read-cookies.ts';
import { mergeCookies, type StoredCookie } from '../../sessions/jar.ts';
import { canBeMadeAnew } from '../../sessions/pool.ts';
import type { SessionKey } from '../../sessions/seal.ts';
import {
  contentOfJar,
  countFailures,
  digestOfOrigin,
  type SessionContent,
  sealContent,
  sessionExpiry,
  unsealContent,
} from '../../sessions/sealed-session.ts';
import { readSmallFile } from '../../sources/read-small-file.ts';
import { type Engine, lockLeaseMsOf } from '../engine.ts';
import { releaseEvenIfLost } from '../release-lock.ts';
import type { RunContext } from '../run-context.ts';
import { logInOnce, type SessionContext } from './log-in-once.ts';
import {
  emptyLive,
  fingerprintKnown,
  isOver,
  type LiveSession,
  noteLive,
  type OpenedSession,
  type ProcessSession,
} from './process-session.ts';
import { isOpenedByKey } from './refused-key.ts';

/** How old what this process knows of a session may be: reading it for every batch would make one key hot. */
const sessionAgeMs = 1_000;
/** When to look again for what another process is doing: a login takes a second or two. */
const lookAgainMs = 1_000;
/**
 * On AWS each delivery is billed. A login that outlasts a function's wait is most often over by the second of these, and
 * whoever still waits then comes back as seldom as a queue allows (SQS: the longest delay).
 */
const deliverAgainMs = { first: 60_000, later: 900_000 };

/** How a batch asks for its session. */
export interface SessionWanted {
  /** What others have written a moment ago must be in it. */
  isFresh: boolean;
  /** Epoch ms until which this process waits for the login of another one; then the batch goes back to the queue. */
  waitUntil: number;
  /** How often in a row the batch went back for that. */
  waits: number;
}

/**
 * The session, open: as the ledger has it, else opened here, once under a lock for all processes. Batches of one process
 * wait for its login together, where waiting in a process costs less than a message. Throws `HaltError` LOGIN_… and `RetryError`.
 */
export async function openSession(
  engine: Engine,
  context: SessionContext,
  session: ProcessSession,
  { isFresh, ...waiting }: SessionWanted,
): Promise<OpenedSession> {
  const known = session.live;
  const isRecent = known !== undefined && engine.now() - known.readAt <= sessionAgeMs;
  if (isRecent && !isFresh && !isOver(known, engine.now())) return known;
  const found = await readLive(engine, context, session);
  if (found.isOpen) return found.live;
  if (found.isResting) return 'resting';
  if (context.sessions.areOpenedElsewhere) return closedOrOver(engine, context, session, found);
  // On this machine a batch that waits goes back and holds nothing meanwhile.
  const mayWait = waiting.waitUntil > engine.now();
  if (session.opening !== undefined && !mayWait) return { busyUntil: lookAgainAt(engine, waiting.waits) };
  session.opening ??= openOnce(engine, context, session, waiting).finally(() => {
    session.opening = undefined;
  });
  return session.opening;
}

async function openOnce(
  engine: Engine,
  context: SessionContext,
  session: ProcessSession,
  { waitUntil, waits }: Omit<SessionWanted, 'isFresh'>,
): Promise<OpenedSession> {
  const locks = makeLocks(engine.ledger, { owner: engine.owner });
  for (;;) {
    const lock = await locks.tryAcquire(`login:${session.account}`, { leaseMs: lockLeaseMsOf(engine) });
    try {
      // Another process may have opened it since.
      const again = await readLive(engine, context, session);
      if (again.isResting) return 'resting';
      if (again.isOpen) return again.live;
      // Where a login was refused, another attempt is the user's to make.
      const run = await engine.ledger.readRun(context.id);
      const isPaused = run?.state === 'paused';
      if (lock !== undefined && !isPaused) {
        const found = endsWithRun(session, again, run?.movedAt ?? run?.startedAt ?? 0);
        return await open(engine, context, session, found, lock.signal);
      }
      if (isPaused) break;
    } catch (error) {
      // What ended with the lock, of a process that stood still, says nothing of the site: the session is opened anew.
      if (!(error instanceof RetryError && lock?.signal.aborted)) throw error;
    } finally {
      if (lock !== undefined) await releaseEvenIfLost(lock.release);
    }
    if (engine.now() >= waitUntil) break;
    await sleep(lookAgainMs);
  }
  return { busyUntil: lookAgainAt(engine, waits) };
}

function lookAgainAt({ now, endsAt }: Pick<Engine, 'now' | 'endsAt'>, waits: number): number {
  if (endsAt === undefined) return now() + lookAgainMs;
  return now() + (waits === 0 ? deliverAgainMs.first : deliverAgainMs.later);
}

interface Found {
  isOpen: boolean;
  live: LiveSession;
  /** There is a record, and it is over. */
  hasEnded: boolean;
  /** When it ended (epoch ms), if it is over and has no login. */
  endedAt?: number | undefined;
  /** It is over for this run. */
  isResting: boolean;
}

/** What the ledger has; the cookies of this process that it lacks as yet stay. */
async function readLive(
  engine: Engine,
  { id, sessions: { key } }: SessionContext,
  session: ProcessSession,
): Promise<Found> {
  const isNew = { isOpen: false, hasEnded: false, isResting: false };
  const readAt = engine.now();
  const record = await engine.ledger.readSession(session.key);
  if (record === undefined) return { ...isNew, live: emptyLive(readAt) };
  const content = unsealContent(key, session.key, record);
  const { generation, version } = record;
  if (content === undefined || !isOfOrigin(key, session, content)) {
    // Of other settings, or sealed by another key: of no use, and replaced.
    return { ...isNew, live: { ...emptyLive(readAt), generation, version } };
  }
  const known = session.live;
  const { jar, headers, ownHeaders, expiresAt } = content;
  const failures = countFailures(content);
  const hasProof = content.provenIn === id;
  const isProven = hasProof || (known?.generation === generation ? known.isProven : !isOpenedByKey(session));
  const proof = { failures, isProven, hasProof };
  const live = { generation, version, jar, headers, ownHeaders, expiresAt, ...proof, readAt };
  const hasEnded = record.hasEnded || isOver(live, readAt);
  if (known?.generation === generation) mergeCookies(live.jar, [...known.jar.values()]);
  noteLive(session, live);
  if (!hasEnded) session.live = live;
  const isRetired = hasEnded && content.restsFor !== undefined;
  const isResting = isRetired && content.restsFor === id && !canBeMadeAnew(session.settings);
  // A new start: neither the cookies nor the headers of a session that was given up.
  if (isRetired) return { ...isNew, live: { ...emptyLive(readAt), generation, version }, isResting };
  return { isOpen: !hasEnded, live, hasEnded, endedAt: content.endedAt, isResting };
}

/** Whether it was made by the settings and secrets of this job, as this process knows them, or one that does has said. */
function isOfOrigin(
  key: SessionKey,
  { key: name, origin }: ProcessSession,
  content: SessionContent,
): boolean {
  const { fingerprint } = content;
  if ('fingerprint' in origin) return fingerprint === origin.fingerprint;
  return origin.vouched === digestOfOrigin(key, name, fingerprint);
}

/** What a process that does not know the secrets makes of a session that is not open: the same as one that does would. */
async function closedOrOver(
  { ledger }: Engine,
  { id }: SessionContext,
  session: ProcessSession,
  found: Found,
): Promise<'closed'> {
  const run = await ledger.readRun(id);
  endsWithRun(session, found, run?.movedAt ?? run?.startedAt ?? 0);
  return 'closed';
}

/**
 * A session without a login that has ended is over for the run, until it is resumed: by then its key or its file of cookies may
 * be another one, or the site may take it again. Throws `HaltError` SESSION_OVER.
 */
function endsWithRun({ name, settings }: ProcessSession, found: Found, runMovedAt: number): Found {
  if (settings.login !== undefined || !found.hasEnded) return found;
  const { endedAt = 0, live } = found;
  if (endedAt >= runMovedAt) {
    throw new HaltError('SESSION_OVER', `session ${name} has ended, and the job has no login for it`);
  }
  const { generation, version, readAt } = live;
  return { ...found, hasEnded: false, live: { ...emptyLive(readAt), generation, version } };
}

async function open(
  engine: Engine,
  context: SessionContext,
  session: ProcessSession,
  { live: before, hasEnded }: Found,
  signal: AbortSignal,
): Promise<LiveSession> {
  const { settings } = session;
  const next = { generation: before.generation + 1, version: before.version + 1 };
  const live: LiveSession = { ...before, ...next, failures: 0, isProven: false, hasProof: false };
  session.refusals = 0;
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
  if (context.sessions.areHandedOver) live.ownHeaders = session.headers;
  noteLive(session, live);
  signal.throwIfAborted();
  const now = engine.now();
  const { headers, ownHeaders, expiresAt } = live;
  const fingerprint = fingerprintKnown(session);
  const content = contentOfJar({ fingerprint, headers, ownHeaders, expiresAt }, live.jar, now);
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
