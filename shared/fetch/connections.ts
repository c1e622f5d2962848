import { type ClientOptions, type Connection, type LeasedConnection, openConnection } from './connection.ts';
import { makeFetchError } from './fetch-error.ts';
import { type Host, makeHost } from './host-connections.ts';

/** Connections by origin, kept for the next request to it. */
export interface Connections {
  /**
   * A connection for one request, as soon as the host has one. `undefined` if the request was over before that. Rejects
   * with the error of the connection that was waited for.
   */
  take(origin: string, isOver: () => boolean): Promise<LeasedConnection | undefined>;
  /** Requests under way fail, and so do later ones. */
  destroy(): Promise<void>;
}

export interface ConnectionsOptions {
  client: ClientOptions;
  /** Idle connections are closed for new ones beyond this many. */
  maxOpen: number;
  /** Connections to one host. @default as many as it has requests under way */
  maxPerHost?: number;
}

/**
 * Keeps connections of all hosts. Beyond `maxOpen` the one that has been idle for longest is closed for a new one; what
 * is in use is bounded by what the engine has under way.
 */
export function makeConnections({ client, maxOpen, maxPerHost }: ConnectionsOptions): Connections {
  const hosts = new Map<string, Host>();
  const open = new Set<Connection>();
  /** In the order in which they became idle. */
  const idle = new Map<Connection, Host>();
  let isDestroyed = false;

  const closeIdle = (): void => {
    for (const [connection, host] of idle) {
      if (open.size < maxOpen) return;
      host.close(connection);
    }
  };

  const hostOf = (origin: string): Host => {
    const known = hosts.get(origin);
    if (known !== undefined) return known;
    const host: Host = makeHost({
      isKnownForHttp1: origin.startsWith('http:') || client.allowH2 === false,
      maxConnections: maxPerHost ?? Number.POSITIVE_INFINITY,
      open(events) {
        closeIdle();
        const connection = openConnection(origin, client, events);
        open.add(connection);
        return connection;
      },
      onIdle: (connection) => idle.set(connection, host),
      onBusy: (connection) => idle.delete(connection),
      onClosed(connection) {
        idle.delete(connection);
        open.delete(connection);
      },
      onEmpty() {
        if (hosts.get(origin) === host) hosts.delete(origin);
      },
    });
    hosts.set(origin, host);
    return host;
  };

  return {
    async take(origin, isOver) {
      if (isDestroyed) throw closed(origin);
      return hostOf(origin).take(isOver);
    },
    async destroy() {
      isDestroyed = true;
      for (const [origin, host] of hosts) host.refuse(closed(origin));
      await Promise.all([...open].map((connection) => connection.client.destroy()));
    },
  };
}

function closed(origin: string): Error {
  return makeFetchError('CONNECTION_LOST', `${origin}: the fetcher is closed`);
}
