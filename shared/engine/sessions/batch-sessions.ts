import { errorOfStatus } from '../../fetch/answer/status-error.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Batch, PageRequest, SessionChange } from '../../model.ts';
import { mayCarrySecrets } from '../../schema/session-hosts.ts';
import { cookieHeaderFor, mergeCookies, readSetCookies, type StoredCookie } from '../../sessions/jar.ts';
import { sealCookies } from '../../sessions/sealed-session.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';
import { openSession } from './open-session.ts';
import {
  isOver,
  type LiveSession,
  noteSecrets,
  type ProcessSession,
  type RunSessions,
} from './run-sessions.ts';

/** The sessions of one batch, open, and what its answers change in them. */
export interface BatchSessions {
  of(request: PageRequest): SessionOfRequest | undefined;
  /** For the outcome; empty where nothing changed. */
  changes(): SessionChange[];
}

export interface SessionOfRequest {
  name: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The value of the Cookie header. */
  cookies(url: string): string;
  /** Whether the login has ended by itself: nothing is sent in it any more. */
  isOver(): boolean;
  /** Whether a password or a key would be sent to the address in plain text. */
  isInsecure(url: string): boolean;
  /** Takes the cookies of an answer, and says whether any changed. */
  receive(answer: FetchResult): boolean;
  /** What of the answer shows that the session has ended, if anything; it is opened again then. */
  endedBy(answer: FetchResult): string | undefined;
  /** The error that the answer is by its status. */
  errorOf(answer: FetchResult): ReturnType<typeof errorOfStatus>;
}

/** Opens the sessions that the batch needs, logging in if need be. `busyUntil`: another process is doing so (epoch ms). */
export async function openBatchSessions(
  engine: Engine,
  context: RunContext & { sessions: RunSessions },
  { requests }: Pick<Batch, 'requests'>,
): Promise<BatchSessions | { busyUntil: number }> {
  const opened = new Map<ProcessSession, OpenSession>();
  for (const request of requests) {
    const session = context.sessions.of(request);
    if (session === undefined || opened.has(session)) continue;
    // What an earlier answer of a chain of redirects set was merged before this batch was sent.
    const isFresh = requests.some(({ via, sessionEnds = 0 }) => via !== undefined || sessionEnds > 0);
    const live = await openSession(engine, context, session, isFresh);
    if ('busyUntil' in live) return live;
    opened.set(session, { live, received: [], hasEnded: false });
  }
  return sessionsOfBatch(engine.now, context.sessions, opened);
}

/** Those that are open, whoever opened them. */
export function sessionsOfBatch(
  now: () => number,
  { key, of }: RunSessions,
  opened: Map<ProcessSession, OpenSession>,
): BatchSessions {
  return {
    of(request) {
      const session = of(request);
      const entry = session === undefined ? undefined : opened.get(session);
      return session === undefined || entry === undefined ? undefined : ofRequest(now, session, entry);
    },
    changes: () =>
      [...opened].flatMap(([{ name, key: sessionKey }, { live, received, hasEnded }]): SessionChange[] => {
        if (received.length === 0 && !hasEnded) return [];
        const { generation } = live;
        const sealed =
          received.length === 0 ? {} : { sealed: sealCookies(key, sessionKey, generation, received) };
        return [{ name, generation, ...sealed, ...(hasEnded ? { hasEnded } : {}) }];
      }),
  };
}

export interface OpenSession {
  live: LiveSession;
  /** What changed, oldest first. */
  received: StoredCookie[];
  hasEnded: boolean;
}

function ofRequest(now: () => number, session: ProcessSession, opened: OpenSession): SessionOfRequest {
  const { live } = opened;
  return {
    name: session.name,
    headers: { ...session.headers, ...live.headers },
    cookies: (url) => cookieHeaderFor(live.jar, new URL(url), now()),
    isOver() {
      if (!isOver(live, now())) return false;
      opened.hasEnded = true;
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
    endedBy(answer) {
      const why = session.endedBy(answer);
      if (why === undefined) return undefined;
      opened.hasEnded = true;
      if (session.live?.generation === live.generation) session.live = undefined;
      return why;
    },
    errorOf: ({ url, status, headers }) => errorOfStatus(new URL(url), status, headers, now()),
  };
}
