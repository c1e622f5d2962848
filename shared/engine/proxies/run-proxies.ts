import type { Breaker, Ledger } from '../../coordination/ports.ts';
import type { NamedProxy } from '../../fetch/proxies/proxy.ts';
import { makeProxyHealth, type SharedHealth } from '../../fetch/proxies/proxy-health.ts';
import { routeThroughProxies } from '../../fetch/proxies/route.ts';
import { makeTraffic } from '../../fetch/proxies/traffic.ts';
import { makeTunnelConnector, type Proxying } from '../../fetch/proxies/tunnel-connector.ts';
import type { Fetcher, FetchInTurn } from '../../fetch/types.ts';
import type { Job } from '../../job/schema.ts';
import type { Counts } from '../../model.ts';
import { isRedactable } from '../../schema/secrets.ts';
import { readMemberName } from '../../sessions/pool.ts';
import { add } from '../counts.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { readProxies } from './read-proxies.ts';

/** The proxies of a run's job in this process. */
export interface RunProxies {
  proxying: Proxying;
  /** The fetcher with its requests sent through the proxies. */
  route(fetcher: Fetcher): Fetcher;
  /** Until when (epoch ms) no proxy can be used, and the breaker of the first that can be then; only where waiting helps. */
  cooling(): ({ until: number } & Breaker) | undefined;
  /** What passed and what failed since the last call, as counts of the run. */
  take(): Counts;
  putBack(counts: Counts): void;
  /** User names and passwords that were sent: no outcome may hold them. */
  secretTexts(): string[];
}

export type ProxyLedger = Pick<Ledger, 'readHost' | 'updateHost'>;

/** Throws `HaltError` PROXY_INVALID, and SOURCE_MISSING for a file. `ledger`: where processes tell each other. */
export async function openRunProxies(
  frozen: Job,
  { env, openFile }: Pick<JobEnvironment, 'env' | 'openFile'>,
  now: () => number,
  ledger: ProxyLedger | undefined,
): Promise<RunProxies> {
  const { proxies: settings, network } = frozen;
  const { shared, ofSessions } = await readProxies(frozen, env, openFile);
  const { rotate = 'host', direct = 'never', resolve = 'here', pricePerGb = 0 } = settings ?? {};
  const traffic = makeTraffic();
  const health = makeProxyHealth(now, ledger === undefined ? undefined : healthIn(ledger, frozen.name));
  const secrets = makeSecretTexts();
  const pending: Counts = {};
  return {
    proxying: {
      arePublicOnly: (settings?.network ?? network) === 'public',
      resolve,
      traffic,
      makeConnector: makeTunnelConnector,
    },
    route(fetcher) {
      const watched: Fetcher = { ...fetcher, fetchInTurn: secrets.watch(fetcher.fetchInTurn) };
      return routeThroughProxies(watched, {
        ...{ proxies: shared, rotate, direct, health, now },
        ownOf(session) {
          const { pool, index } = readMemberName(session);
          const own = ofSessions.get(pool) ?? [];
          return own[index % own.length];
        },
        onFault: (code) => add(pending, `proxy:${code}`),
      });
    },
    cooling() {
      if (shared.length === 0 || direct === 'fallback' || shared.some(health.isUsable)) return undefined;
      const { is, until, opens, at } = health.outage(shared);
      return is === 'cooling' ? { until, opens, at } : undefined;
    },
    take() {
      const taken = { ...pending };
      for (const name of Object.keys(pending)) delete pending[name];
      const bytes = traffic.take();
      add(taken, 'proxyBytes', bytes);
      // Thousandths of a cent of a million: whole numbers add up exactly, and a rest would be lost.
      add(taken, 'proxyMicroUsd', Math.round((bytes * pricePerGb) / 1_000));
      return taken;
    },
    putBack(counts) {
      for (const [name, value] of Object.entries(counts)) add(pending, name, value);
    },
    secretTexts: secrets.texts,
  };
}

/** Breakers of proxies stand where those of hosts do, under names that no host has. */
function healthIn(ledger: ProxyLedger, job: string): SharedHealth {
  const keyOf = (proxy: string) => `proxy ${job} ${proxy}`;
  return {
    read: async (proxy) => (await ledger.readHost(keyOf(proxy))).breaker,
    write: (proxy, breaker) => ledger.updateHost(keyOf(proxy), { breaker }),
  };
}

/** Looking for those of ten thousand proxies in every outcome would take longer than the run. */
const maxWatched = 50;

/** Notes which proxies are used, since only what was sent can be echoed. */
function makeSecretTexts() {
  const used = new Set<NamedProxy>();
  const note = (proxy: NamedProxy): void => {
    if (proxy.address.user === undefined) return;
    used.delete(proxy);
    used.add(proxy);
    const [oldest] = used;
    if (used.size > maxWatched && oldest !== undefined) used.delete(oldest);
  };
  return {
    watch:
      (fetchInTurn: Fetcher['fetchInTurn']): Fetcher['fetchInTurn'] =>
      (request, call: FetchInTurn) => {
        if (call.proxy !== undefined) note(call.proxy);
        return fetchInTurn(request, call);
      },
    texts: () => {
      const all = [...used].flatMap(({ address: { user = '', password = '' } }) => [
        `${user}:${password}`,
        password,
        user,
      ]);
      return [...new Set(all)].filter(isRedactable);
    },
  };
}
