import { Client } from '../undici.cjs';
import { isConnected, isConnecting, watchConnection } from './watch-connection.ts';

/** One client of undici, which has one connection at a time. */
export interface Connection {
  client: Client;
  /** Requests that it carries. */
  underWay: number;
  /** Requests that it carried to their end since it was opened. */
  done: number;
  /** How often it was opened: HTTP/2 hands requests back, for which undici opens it again. */
  opened: number;
  /** Of its connection, once it has had one. */
  protocol?: 'HTTP/1' | 'HTTP/2';
  isOpen(): boolean;
  /** It has not connected yet, or does so again for a request that HTTP/2 handed back. */
  isOpening(): boolean;
  close(): void;
}

/** A connection for one request. */
export interface LeasedConnection {
  client: Client;
  /** It carried requests before this one and is closed now, so that the server need not have seen this one. */
  wasStale(): boolean;
  /** To be called once, when the answer has ended. */
  release(): void;
}

export type ClientOptions = NonNullable<ConstructorParameters<typeof Client>[1]> & { maxHeaderSize: number };

export interface ConnectionEvents {
  opened(connection: Connection): void;
  lost(connection: Connection): void;
  failed(connection: Connection, error: Error): void;
}

/** One for all, since undici would make one, with its stack, for every connection that is closed. */
const notNeeded = new Error('the connection is not needed any more');

/** It connects when its first request is dispatched. */
export function openConnection(origin: string, options: ClientOptions, events: ConnectionEvents): Connection {
  const client = new Client(origin, options);
  let isNew = true;
  const connection: Connection = {
    client,
    underWay: 0,
    done: 0,
    opened: 0,
    isOpen: () => isConnected(client),
    isOpening: () => isNew || isConnecting(client),
    close: () => client.destroy(notNeeded, () => undefined),
  };
  client.on('connect', () => {
    isNew = false;
    connection.opened += 1;
    connection.done = 0;
    connection.protocol = watchConnection(client, options.maxHeaderSize);
    events.opened(connection);
  });
  client.on('disconnect', () => events.lost(connection));
  client.on('connectionError', (_origin, _targets, error) => {
    isNew = false;
    events.failed(connection, error);
  });
  return connection;
}
