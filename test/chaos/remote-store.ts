import { setTimeout as sleep } from 'node:timers/promises';
import type {
  BatchQueue,
  CoordinationStore,
  Ledger,
  Outcomes,
  QueueDepth,
} from '../../shared/coordination/ports.ts';
import { makeSharedClock } from '../../shared/coordination/shared-clock.ts';
import { openConnection } from './connection.ts';
import { type Caller, throttled } from './wire.ts';

export interface RemoteStore {
  ledger: Ledger;
  queue: BatchQueue & QueueDepth;
  outcomes: Outcomes;
  coordination: CoordinationStore;
  /** The store's clock, as far as its answers tell it. */
  now(): number;
  close(): void;
}

/** As an AWS client does: some attempts, each after a pause twice as long, with jitter. */
const backoff = { firstPauseMs: 40, maxPauseMs: 1_000, answerMs: 2_500 };

/** The three ports over a socket. A call keeps its arguments and its clock through all its attempts, as a signed request does. */
export function openRemoteStore(port: () => number, caller: Caller, attempts: number): RemoteStore {
  const connection = openConnection(port);
  const clock = makeSharedClock(() => Date.now());

  const attempt = async (method: string, args: unknown[], askedAt: number): Promise<unknown> => {
    const sentAt = Date.now();
    const answer = await connection.call({ method, args, clock: askedAt, caller }, backoff.answerMs);
    clock.observe({ sentAt, receivedAt: Date.now(), from: answer.at, to: answer.at + 1 });
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  };
  const call = async (method: string, args: unknown[]): Promise<unknown> => {
    const askedAt = Math.round(clock.now());
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(method, args, askedAt);
      } catch (error) {
        if (tried === attempts || !isPassing(error)) throw error;
        const pauseMs = Math.min(backoff.firstPauseMs * 2 ** tried, backoff.maxPauseMs);
        await sleep(pauseMs * (0.5 + Math.random() / 2));
      }
    }
  };
  const port_ = <T extends object>(name: string): T =>
    new Proxy({} as T, {
      // What is no call: not to be awaited, and looks as often as any store.
      get: (_, method) =>
        method === 'then' || method === 'lookMs' ? undefined : remote(name, String(method)),
    });
  const remote =
    (name: string, method: string) =>
    (...args: unknown[]) =>
      call(`${name}.${method}`, args);

  return {
    ledger: port_('ledger'),
    queue: port_('queue'),
    outcomes: port_('outcomes'),
    coordination: port_('coordination'),
    now: clock.now,
    close: connection.close,
  };
}

/** What the store itself threw is no trouble of the network. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as NodeJS.ErrnoException;
  const isOfNetwork = /^(no answer|the connection broke)/.test(error.message) || code.startsWith('ECONN');
  return isOfNetwork || error.message === throttled || code === 'EPIPE';
}
