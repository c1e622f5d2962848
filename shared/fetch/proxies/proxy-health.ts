import type { DropError, RetryError } from '../../errors.ts';
import { breakMs, maxOpens } from '../breaker-schedule.ts';
import type { NamedProxy } from './proxy.ts';

type FetchError = RetryError | DropError;

/**
 * A circuit breaker per proxy, as there is one per host: a proxy that fails is left alone for a while, and for twice as
 * long each time it still does.
 */
export interface ProxyHealth {
  isUsable(proxy: NamedProxy): boolean;
  /** It opened no way. */
  failed(proxy: NamedProxy): Promise<void>;
  /** It cannot be used, as what is wrong says (PROXY_AUTH, PROXY_PRIVATE): more patience does not help. */
  unusable(proxy: NamedProxy, error: FetchError): void;
  /** A host answered that this proxy did not lead to, or whose answer it lost. */
  lost(proxy: NamedProxy): Promise<void>;
  answered(proxy: NamedProxy): Promise<void>;
  /** Whether a host has answered through it, as far as this process knows. */
  hasAnswered(proxy: NamedProxy): boolean;
  /** Reads what other processes have seen, unless it is known. */
  learn(proxy: NamedProxy): Promise<void>;
  /** Why none of them can be used, until when (epoch ms), and the failures of the one that can be then; only where that is so. */
  outage(proxies: readonly NamedProxy[]): Outage;
}

export interface Outage extends ProxyFailures {
  is: 'cooling' | 'down' | 'unusable';
  until: number;
  /** Of `unusable`. */
  error?: FetchError;
}

/** How often in a row a proxy failed, and when last (epoch ms). */
export interface ProxyFailures {
  opens: number;
  at: number;
}

/** What processes tell each other about proxies, by their names. */
export interface SharedHealth {
  read(proxy: string): Promise<ProxyFailures | undefined>;
  write(proxy: string, failures: ProxyFailures): Promise<void>;
}

const maxPauseMs = 600_000;
const maxLost = 3;
const unusableForMs = 60_000;
/** How old what is known of a proxy by others may be. */
const learntForMs = 60_000;

interface State extends ProxyFailures {
  coolUntil: number;
  lostInRow: number;
  hasAnswered: boolean;
  learntAt: number;
  unusable?: FetchError;
}

export function makeProxyHealth(now: () => number, shared?: SharedHealth): ProxyHealth {
  const states = new Map<NamedProxy, State>();
  const stateOf = (proxy: NamedProxy): State => {
    const known = states.get(proxy);
    if (known !== undefined) return known;
    const state: State = {
      ...{ opens: 0, at: 0, coolUntil: 0, lostInRow: 0, hasAnswered: false },
      learntAt: Number.NEGATIVE_INFINITY,
    };
    states.set(proxy, state);
    return state;
  };
  const open = async (proxy: NamedProxy): Promise<void> => {
    const state = stateOf(proxy);
    // Requests that were under way together fail together: that is one failure.
    if (now() < state.coolUntil) return;
    noteFailures(state, { opens: state.opens + 1, at: now() });
    await shared?.write(proxy.name, { opens: state.opens, at: state.at });
  };
  return {
    hasAnswered: (proxy) => stateOf(proxy).hasAnswered,
    isUsable: (proxy) => now() >= stateOf(proxy).coolUntil,
    failed: open,
    unusable(proxy, error) {
      Object.assign(stateOf(proxy), { unusable: error, coolUntil: now() + unusableForMs });
    },
    async lost(proxy) {
      const state = stateOf(proxy);
      state.lostInRow += 1;
      // Once it was left alone, one failure shows that it is not back.
      if (state.opens > 0 || state.lostInRow >= maxLost) await open(proxy);
    },
    async answered(proxy) {
      const state = stateOf(proxy);
      state.lostInRow = 0;
      state.hasAnswered = true;
      if (state.opens === 0) return;
      noteFailures(state, { opens: 0, at: now() });
      await shared?.write(proxy.name, { opens: 0, at: now() });
    },
    async learn(proxy) {
      const state = stateOf(proxy);
      if (shared === undefined || now() - state.learntAt < learntForMs) return;
      state.learntAt = now();
      const seen = await shared.read(proxy.name);
      if (seen !== undefined && seen.at > state.at) noteFailures(state, seen);
    },
    outage(proxies) {
      const all = proxies.map(stateOf);
      const first = all.reduce((least, state) => (state.coolUntil < least.coolUntil ? state : least));
      const { coolUntil: until, opens, at } = first;
      const [error] = all.flatMap(({ unusable }) => unusable ?? []);
      const areUnusable = all.every(({ unusable }) => unusable !== undefined);
      if (areUnusable && error !== undefined) return { is: 'unusable', until, opens, at, error };
      const areDown = all.every(({ opens, unusable }) => opens > maxOpens || unusable !== undefined);
      return { is: areDown ? 'down' : 'cooling', until, opens, at };
    },
  };
}

function noteFailures(state: State, { opens, at }: ProxyFailures): void {
  const pauseMs = opens === 0 ? 0 : breakMs(opens, maxPauseMs);
  Object.assign(state, { opens, at, coolUntil: opens === 0 ? 0 : at + pauseMs, lostInRow: 0 });
  delete state.unusable;
}
