import type { Socket } from 'node:net';
import { RetryError } from '../../errors.ts';
import type { NamedProxy } from './proxy.ts';

/** The connection to a proxy ended before it said anything: nobody can tell whether that was for the host. */
export class NoReplyError extends Error {}

/**
 * Reads from the socket until `lengthOf` knows the length of the whole reply, and returns that reply. Nothing may follow
 * it, since nobody has asked for anything yet. Throws `RetryError` PROXY_FAILED where `lengthOf` says that the bytes are no
 * reply, or more than `maxBytes` come; and `NoReplyError` where the socket ends before. What came is not repeated, since
 * a proxy may echo a password.
 */
export function readReply(
  socket: Socket,
  proxy: NamedProxy,
  lengthOf: (bytes: Buffer) => number | 'unknown' | 'wrong',
  maxBytes: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const settle = (act: () => void): void => {
      for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
      act();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const listeners = {
      readable() {
        for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read()) {
          bytes = Buffer.concat([bytes, chunk]);
        }
        const length = bytes.length === 0 ? 'unknown' : lengthOf(bytes);
        if (length === bytes.length) return settle(() => resolve(bytes));
        const isWrong = length === 'wrong' || bytes.length > (length === 'unknown' ? maxBytes : length);
        if (isWrong) fail(noReply(proxy));
      },
      end: () => fail(new NoReplyError('the connection ended before a reply')),
      close: () => fail(new NoReplyError('the connection was closed before a reply')),
      error: (error: Error) => fail(new NoReplyError(error.message, { cause: error })),
    };
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
    listeners.readable();
  });
}

/** What a proxy said is no answer of its protocol. */
export function noReply({ name }: NamedProxy): RetryError {
  return new RetryError('PROXY_FAILED', `${name}: its answer is none of its protocol`);
}
