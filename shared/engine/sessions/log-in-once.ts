import { HaltError } from '../../errors.ts';
import type { FetchCall, FetchResult } from '../../fetch/types.ts';
import type { Jar } from '../../sessions/jar.ts';
import { type LoginResult, logIn } from '../../sessions/login/log-in.ts';
import type { WireRequest } from '../../sessions/login/wire-request.ts';
import type { LoginSettings } from '../../sessions/login-schema.ts';
import { digestWithKey } from '../../sessions/seal.ts';
import type { SessionSettings } from '../../sessions/session-schema.ts';
import type { Engine } from '../engine.ts';
import type { RunContext } from '../run-context.ts';
import { takePacedTurn } from '../turns/group-turns.ts';
import { sleepUntil } from '../turns/pace.ts';
import type { ProcessSession } from './process-session.ts';
import type { RunSessions } from './run-sessions.ts';

/** Attempts in a row that came to no end, such as those of processes that died: accounts are locked after few. */
const maxUnanswered = 2;

export interface LoginCall {
  session: ProcessSession;
  settings: SessionSettings & { login: LoginSettings };
  jar: Jar;
  /** Aborted when the lock is lost. */
  signal: AbortSignal;
}

/**
 * Logs in under the lock: each request in its turn on its host's clock, the attempt counted in the ledger before it is
 * sent. robots.txt is not asked, since the job spells the addresses out.
 */
export async function logInOnce(
  engine: Engine,
  context: RunContext & { sessions: RunSessions },
  { session, settings, jar, signal }: LoginCall,
): Promise<LoginResult> {
  const { ledger } = engine;
  const { login } = settings;
  const name = `account ${session.account} ${login.account ?? ''}`;
  const account = digestWithKey(context.sessions.key, name);
  const beforeSecrets = async () => {
    signal.throwIfAborted();
    const limits = { maxUnanswered, maxInAll: login.maxLogins };
    const answer = await ledger.takeLoginAttempt({ run: context.id, account, ...limits });
    if (answer === 'taken') return;
    if (answer === 'inAll') {
      const message = `session ${session.name}: the run has logged in ${login.maxLogins} times`;
      throw new HaltError('LOGIN_LIMIT', message);
    }
    const message = `session ${session.name}: ${maxUnanswered} logins of this run did not succeed`;
    throw new HaltError('LOGIN_REFUSED', message);
  };
  const send = (request: WireRequest, cookies: string) =>
    sendInTurn(engine, context, request, { cookies, signal, session: session.name });
  const result = await logIn(settings, session.headers, jar, { send, beforeSecrets, now: engine.now });
  await ledger.clearLoginAttempts(context.id, account);
  return result;
}

/** Turns this far ahead are reserved: a login may wait, but not for ever. */
const horizonMs = 60_000;

async function sendInTurn(
  engine: Engine,
  context: RunContext,
  { method, ...request }: WireRequest,
  { signal, ...own }: Required<Pick<FetchCall, 'cookies' | 'session' | 'signal'>>,
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
    const call = { ...own, readsErrors: true, signal, startBy: turn.startBy };
    const fetched = await fetcher.fetchInTurn({ ...request, method }, call);
    if (fetched !== 'late') return fetched;
  }
}
