import { makeFetchError } from '../fetch-error.ts';
import type { NamedProxy } from '../proxies/proxy.ts';
import { hostOf } from '../url.ts';
import { type ClientOptions, type Connection, type LeasedConnection, openConnection } from './connection.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import { type Host, makeHost } from './host-connections.ts';

/** Connections by origin and proxy, kept for the next request to it. */
export interface Connections {
  /**
   * A connection for one request, as soon as the host has one. `undefined` if the request may not be sent any more by then.
   * Rejects with the error of the connection that was waited for.
   */
  take(origin: string, mayStart: () => boolean, proxy?: NamedProxy): Promise<LeasedConnection | undefined>;
  /** From now on a request to the host (`URL.host`) is expected; until the function that it returns is called, once. */
  expect(host: string): () => void;
  /** Requests under way fail, and so do later ones. */
  destroy(): Promise<void>;
}

export interface ConnectionsOptions {
  /** The options of connections that go through the proxy. */
  clientFor(proxy: NamedProxy | undefined): ClientOptions;
  budget: ConnectionBudget;
  /** Connections to one host. @default as many as it has requests under way */
  maxPerHost?: number;
}

/** Keeps connections of all hosts, as many as `budget` has room for. */
export function makeConnections({ clientFor, budget, maxPerHost }: ConnectionsOptions): Connections {
  const direct = new Map<string, Host>();
  const throughProxies = new Map<NamedProxy, Map<string, Host>>();
  const open = new Set<Connection>();
  /** How often requests are expected, by host. */
  const expected = new Map<string, number>();
  let isDestroyed = false;

  const hostsThrough = (proxy: NamedProxy | undefined): Map<string, Host> => {
    if (proxy === undefined) return direct;
    const hosts = throughProxies.get(proxy) ?? new Map<string, Host>();
    throughProxies.set(proxy, hosts);
    return hosts;
  };
  const hostAt = (origin: string, proxy: NamedProxy | undefined): Host => {
    const hosts = hostsThrough(proxy);
    const known = hosts.get(origin);
    if (known !== undefined) return known;
    const name = hostOf(`${origin}/`);
    const host: Host = makeHost({
      maxConnections: maxPerHost ?? Number.POSITIVE_INFINITY,
      open(events) {
        budget.makeRoom();
        const connection = openConnection(origin, clientFor(proxy), events);
        open.add(connection);
        budget.opened(connection);
        return connection;
      },
      onIdle(connection) {
        budget.becameIdle(connection, () => host.close(connection), expected.has(name));
      },
      onBusy: budget.becameBusy,
      onClosed(connection) {
        open.delete(connection);
        budget.closed(connection);
      },
      onEmpty() {
        if (hosts.get(origin) === host) hosts.delete(origin);
      },
    });
    hosts.set(origin, host);
    return host;
  };

  return {
    take(origin, mayStart, proxy) {
      return isDestroyed ? Promise.reject(closed(origin)) : hostAt(origin, proxy).take(mayStart);
    },
    expect(name) {
      const change = (by: number): void => {
        const count = (expected.get(name) ?? 0) + by;
        if (count > 0) expected.set(name, count);
        else expected.delete(name);
        for (const hosts of [direct, ...throughProxies.values()]) {
          for (const scheme of ['https', 'http']) hosts.get(`${scheme}://${name}`)?.settleIdle();
        }
      };
      change(1);
      return () => change(-1);
    },
    async destroy() {
      isDestroyed = true;
      for (const hosts of [direct, ...throughProxies.values()]) {
        for (const [origin, host] of hosts) host.refuse(closed(origin));
      }
      await Promise.all([...open].map((connection) => connection.client.destroy()));
    },
  };
}

function closed(origin: string): Error {
  return makeFetchError('CONNECTION_LOST', `${origin}: the fetcher is closed`);
}
