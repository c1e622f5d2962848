import { HaltError } from '../../errors.ts';
import type { FetchCall, FetchResult } from '../../fetch/types.ts';
import type { Jar } from '../../sessions/jar.ts';
import { type LoginPorts, type LoginResult, logIn } from '../../sessions/login/log-in.ts';
import type { WireRequest } from '../../sessions/login/wire-request.ts';
import type { LoginSettings } from '../../sessions/login-schema.ts';
import { digestWithKey } from '../../sessions/seal.ts';
import type { SessionSettings } from '../../sessions/session-schema.ts';
import { formatNoun } from '../../text/format.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';
import { takePacedTurn } from '../turns/group-turns.ts';
import { sleepUntil } from '../turns/pace.ts';
import type { ProcessSession } from './process-session.ts';
import type { RunSessions } from './run-sessions.ts';

/** Attempts in a row that did not succeed, such as those of processes that died: accounts are locked after few. */
const maxUnanswered = 2;

/** A login to be done. */
export interface LoginToDo {
  session: Pick<ProcessSession, 'name' | 'headers'>;
  settings: SessionSettings & { login: LoginSettings };
  /** Takes the cookies. */
  jar: Jar;
}

/** What a login asks of its caller. `onSent`: called before the first byte of a request is written in which secrets may be. */
export type BrowserLoginPorts = Omit<LoginPorts, 'send'> & { onSent(): void };

/** A run with sessions, as its batches open them. */
export interface SessionContext extends RunContext {
  sessions: RunSessions;
  /** Logs in in a browser, where pages are rendered. @default there is none */
  logInInBrowser?: (toDo: LoginToDo, ports: BrowserLoginPorts) => Promise<void>;
}

export interface LoginCall extends LoginToDo {
  session: ProcessSession;
  /** Aborted when the lock is lost. */
  signal: AbortSignal;
}

/**
 * Logs in under the lock: each request in its turn on its host's clock, the attempt counted in the ledger before it is
 * sent, and given back if no byte of it was: a proxy or a host that is down must not use an account up. Of a process that dies in
 * between it stays counted. robots.txt is not asked, since the job spells the addresses out.
 */
export async function logInOnce(
  engine: Engine,
  context: SessionContext,
  { session, settings, jar, signal }: LoginCall,
): Promise<LoginResult> {
  const { ledger } = engine;
  const { login } = settings;
  if (login.via === 'person') throw await pausedFor(engine, context, session);
  const name = `account ${session.account} ${login.account ?? ''}`;
  const account = digestWithKey(context.sessions.key, name);
  let isUnsent = false;
  const beforeSecrets = async () => {
    signal.throwIfAborted();
    const limits = { maxUnanswered, maxInAll: login.maxLogins };
    const answer = await ledger.takeLoginAttempt({ run: context.id, account, ...limits });
    isUnsent = answer === 'taken';
    if (isUnsent) return;
    if (answer === 'inAll') {
      const message = `session ${session.name}: the run has logged in ${formatNoun(login.maxLogins, 'time')}`;
      throw new HaltError('LOGIN_LIMIT', message);
    }
    const message = `session ${session.name}: ${maxUnanswered} logins of this run did not succeed`;
    throw new HaltError('LOGIN_REFUSED', message);
  };
  const onSent = () => {
    isUnsent = false;
  };
  const send = (request: WireRequest, cookies: string) =>
    sendInTurn(engine, context, request, { cookies, signal, session: session.name, onSent });
  const ports = { beforeSecrets, now: engine.now };
  try {
    const result =
      login.via === 'browser'
        ? await inBrowser(context, { session, settings, jar }, { ...ports, onSent })
        : await logIn(settings, session.headers, jar, { ...ports, send });
    await ledger.clearLoginAttempts(context.id, account);
    return result;
  } catch (error) {
    if (isUnsent) await ledger.returnLoginAttempt(context.id, account);
    if (error instanceof HaltError) await pauseRun(engine, context, error);
    throw error;
  }
}

async function inBrowser(
  { logInInBrowser }: SessionContext,
  toDo: LoginToDo,
  ports: BrowserLoginPorts,
): Promise<LoginResult> {
  if (logInInBrowser === undefined) throw new Error('a login in the browser, and no browser');
  await logInInBrowser(toDo, ports);
  return { headers: {} };
}

async function pausedFor(
  engine: Engine,
  context: SessionContext,
  { name }: ProcessSession,
): Promise<HaltError> {
  const error = new HaltError('LOGIN_NEEDED', `session ${name} is opened by a person, and is not open`);
  await pauseRun(engine, context, error);
  return error;
}

/** While the lock is held: who gets it next is not to send what was refused, and the outcome that says so is written later. */
async function pauseRun(
  { ledger }: Engine,
  context: SessionContext,
  { code, message }: HaltError,
): Promise<void> {
  const redacted = context.redaction.redactText(message, context.sessions.secretTexts());
  await ledger.moveRun(context.id, ['running'], 'paused', { code, message: redacted });
}

/** Turns this far ahead are reserved: a login may wait, but not for ever. */
const horizonMs = 60_000;

interface OwnCall extends Required<Pick<FetchCall, 'cookies' | 'session' | 'signal'>> {
  /** Called before the first byte is written. */
  onSent(): void;
}

async function sendInTurn(
  engine: Engine,
  context: RunContext,
  { method, ...request }: WireRequest,
  { signal, onSent, ...own }: OwnCall,
): Promise<FetchResult> {
  const { job, fetcher } = context;
  const { host } = new URL(request.url);
  const { gapMs } = job.politeness;
  for (;;) {
    const turn = await takePacedTurn(engine, context, { host, gapMs, horizonMs }, signal);
    if ('busyUntil' in turn) {
      await sleepUntil(turn.busyUntil - horizonMs / 2, engine.now, signal);
      continue;
    }
    const { startBy, sent } = turn;
    const noteSent = (at: number): void => {
      onSent();
      sent?.(at);
    };
    const call = { ...own, readsErrors: true, signal, startBy, onSent: noteSent };
    const fetched = await fetcher.fetchInTurn({ ...request, method }, call);
    if (fetched !== 'late') return fetched;
  }
}
