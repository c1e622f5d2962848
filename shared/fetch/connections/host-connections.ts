import type { Connection, ConnectionEvents, LeasedConnection } from './connection.ts';

/** The connections of one host, and who waits for one. */
export interface Host {
  take(mayStart: () => boolean): Promise<LeasedConnection | undefined>;
  close(connection: Connection): void;
  /** Calls `onIdle` for the idle ones: whether a request is expected has changed. */
  settleIdle(): void;
  /** Whoever waits fails with `error`. */
  refuse(error: Error): void;
}

export interface HostOptions {
  maxConnections: number;
  open(events: ConnectionEvents): Connection;
  onIdle(connection: Connection): void;
  onBusy(connection: Connection): void;
  onClosed(connection: Connection): void;
  /** No connection, and nobody waits for one. */
  onEmpty(): void;
}

interface Waiter {
  mayStart(): boolean;
  resolve(lease: LeasedConnection | undefined): void;
  reject(error: Error): void;
}

/** The request that asked for a connection fails with it; who waited gets a second one, and fails with that. */
const maxFailures = 2;

/**
 * Opens the first connection alone: it says whether there is a host at all, and by ALPN whether one is enough (HTTP/2),
 * or each request under way needs its own (HTTP/1.1).
 */
export function makeHost(options: HostOptions): Host {
  const connections = new Set<Connection>();
  const waiting: Waiter[] = [];
  let protocol: Connection['protocol'];
  let failures = 0;

  const free = (): Connection | undefined => {
    for (const connection of connections) {
      const isFree = connection.underWay === 0 || connection.protocol === 'HTTP/2';
      if (isFree && connection.isOpen()) return connection;
    }
    return undefined;
  };
  const mayOpen = (): boolean => {
    if (connections.size >= options.maxConnections) return false;
    return protocol === 'HTTP/1' || ![...connections].some((connection) => connection.isOpening());
  };
  const open = (): Connection => {
    const connection = options.open(events);
    connections.add(connection);
    return connection;
  };
  const lease = (connection: Connection): LeasedConnection => {
    const isReused = connection.done > 0;
    const { opened } = connection;
    connection.underWay += 1;
    options.onBusy(connection);
    return {
      client: connection.client,
      wasStale: () => isReused && connection.opened === opened && !connection.isOpen(),
      release() {
        connection.underWay -= 1;
        connection.done += 1;
        settle(connection);
        serve();
      },
    };
  };
  const settle = (connection: Connection): void => {
    if (connection.underWay > 0) return;
    if (connection.isOpen() && connections.has(connection)) options.onIdle(connection);
    else close(connection);
  };
  const serve = (): void => {
    for (let waiter = waiting[0]; waiter !== undefined; waiter = waiting[0]) {
      const mayStart = waiter.mayStart();
      const connection = mayStart ? (free() ?? (mayOpen() ? open() : undefined)) : undefined;
      if (mayStart && connection === undefined) return;
      waiting.shift();
      waiter.resolve(connection === undefined ? undefined : lease(connection));
    }
    forgetIfEmpty();
  };
  const forgetIfEmpty = (): void => {
    if (connections.size === 0 && waiting.length === 0) options.onEmpty();
  };
  const close = (connection: Connection): void => {
    connections.delete(connection);
    options.onClosed(connection);
    connection.close();
    forgetIfEmpty();
  };
  const refuse = (error: Error): void => {
    for (const waiter of waiting.splice(0)) waiter.reject(error);
  };

  const events: ConnectionEvents = {
    opened(connection) {
      protocol = connection.protocol;
      failures = 0;
      settle(connection);
      // Its own request is written next, or its turn is over and the connection is free for another.
      setImmediate(serve);
    },
    lost(connection) {
      // The others have been idle for as long: the server is closing them as well.
      if (connection.underWay > 0 && connection.done > 0) closeIdle();
      settle(connection);
      // undici connects again for requests that are left to it, but after this event.
      queueMicrotask(serve);
    },
    failed(connection, error) {
      failures = waiting.length === 0 ? 0 : failures + 1;
      // Its requests have failed, or do so next.
      connections.delete(connection);
      settle(connection);
      if (failures >= maxFailures) {
        failures = 0;
        refuse(error);
      }
      queueMicrotask(serve);
    },
  };
  const closeIdle = (): void => {
    for (const connection of connections) if (connection.underWay === 0) close(connection);
  };

  return {
    take: (mayStart) =>
      new Promise((resolve, reject) => {
        waiting.push({ mayStart, resolve, reject });
        serve();
      }),
    close,
    settleIdle() {
      for (const connection of connections) {
        if (connection.underWay === 0 && connection.isOpen()) options.onIdle(connection);
      }
    },
    refuse,
  };
}
