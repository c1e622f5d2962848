import { setTimeout as sleep } from 'node:timers/promises';
import { logInInBrowser } from '../../shared/engine/render/log-in-in-browser.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { type BatchSessions, sessionsOfBatch, unused } from '../../shared/engine/sessions/batch-sessions.ts';
import { emptyLive, noteLive } from '../../shared/engine/sessions/process-session.ts';
import type { SessionPool } from '../../shared/engine/sessions/session-pool.ts';
import { HaltError, RetryError } from '../../shared/errors.ts';
import { type Exchange, logIn } from '../../shared/sessions/login/log-in.ts';
import { usageError } from '../usage-error.ts';
import { mannersOfTrial } from './manners.ts';

/** What a login came to, without secrets. */
export interface LoginTrial {
  session: string;
  exchanges: Exchange[];
  /** Why it failed. */
  failure?: { code: string; message: string };
  /** The session, open, for the page. */
  sessions: BatchSessions;
}

/** Logs in as a run would, with the session of this address or else the only one. Stores nothing. Throws USAGE. */
export async function tryLogin(
  context: RunContext,
  request: { label: string; url: string } | undefined,
): Promise<LoginTrial> {
  const pool = poolFor(context, request);
  const session = pool.at(0, request === undefined ? '' : new URL(request.url).host);
  const { settings } = session;
  const { login } = settings;
  if (login === undefined) throw usageError(`session ${session.name} has no login`);
  const exchanges: Exchange[] = [];
  const live = emptyLive(Date.now());
  const send: Parameters<typeof logIn>[3]['send'] = async (wire, cookies) => {
    if (exchanges.length > 0) await sleep(context.job.politeness.gapMs);
    return context.fetcher.fetch(wire, { readsErrors: true, cookies, session: session.name });
  };
  const ports = {
    beforeSecrets: async () => undefined,
    now: Date.now,
    onExchange: (exchange: Exchange) => exchanges.push(exchange),
  };
  const trial = { session: session.name, exchanges };
  const none: BatchSessions = { of: () => undefined, changes: () => [] };
  try {
    const toDo = { session, settings: { ...settings, login }, jar: live.jar };
    const { via } = login;
    switch (via) {
      case 'browser':
        await logInInBrowser(context, mannersOfTrial(context), toDo, { ...ports, onSent: () => undefined });
        break;
      case 'http':
        live.headers = (await logIn(toDo.settings, session.headers, live.jar, { ...ports, send })).headers;
        break;
      case 'person':
        throw usageError(`a person logs in to ${session.name}: spinneret login`);
      default:
        return via satisfies never;
    }
  } catch (error) {
    if (!(error instanceof HaltError || error instanceof RetryError)) throw error;
    const { code, message } = error;
    return { ...trial, failure: { code, message }, sessions: none };
  }
  noteLive(session, live);
  const { sessions } = context;
  if (sessions === undefined) return { ...trial, sessions: none };
  // Whatever place of the pool the page would come to in a run, here it is the one that was tried.
  const all = Array.from({ length: pool.size }, (_, seat) => `${pool.name}#${seat}`);
  const opened = new Map(all.map((place) => [place, { pool, session, seat: 0, live, ...unused() }]));
  return { ...trial, sessions: sessionsOfBatch(Date.now, sessions, 'try', opened) };
}

function poolFor(
  { sessions, job }: RunContext,
  request: { label: string; url: string } | undefined,
): SessionPool {
  const [name, ...others] = Object.keys(job.sessions ?? {});
  if (name === undefined) throw usageError('the job has no sessions to log in to');
  const found = request === undefined ? undefined : sessions?.of(request);
  const only = others.length === 0 ? sessions?.pool(name) : undefined;
  const pool = found ?? only;
  if (pool !== undefined) return pool;
  throw usageError(`give a URL of a page whose session is meant; there are ${[name, ...others].join(', ')}`);
}

/** A line for each request of the login, and what it came to. */
export function loginLines({ session, exchanges, failure }: LoginTrial): string[] {
  const lines = exchanges.map(({ step, what, method, url, fields, status, bytes, redirect, cookies }) => {
    const sent = fields.length === 0 ? '' : ` with ${fields.join(', ')} (values hidden)`;
    const led = redirect === undefined ? `, ${bytes} bytes` : ` to ${redirect}`;
    const set = cookies.length === 0 ? '' : `; cookies ${[...new Set(cookies)].join(', ')}`;
    return `  step ${step} ${what}: ${method} ${url}${sent} answered ${status}${led}${set}`;
  });
  const end =
    failure === undefined ? `logged in to session ${session}` : `${failure.code}: ${failure.message}`;
  return [`login to session ${session}`, ...lines, `  ${end}`];
}
