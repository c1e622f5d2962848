import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Answer, type Call, readLines, writeLine } from './wire.ts';

/** Calls over one socket that is opened when it is needed; all that is under way fails when it breaks. */
export interface Connection {
  /** Rejects when the connection breaks, or no answer has come within `timeoutMs`. */
  call(call: Omit<Call, 'id'>, timeoutMs?: number): Promise<Answer>;
  close(): void;
}

export function openConnection(portOf: () => number): Connection {
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let socket: Promise<Socket> | undefined;
  let last = 0;

  const open = async (): Promise<Socket> => {
    const opened = connect(portOf(), '127.0.0.1').setNoDelay();
    readLines<Answer>(opened, (answer) => {
      waiting.get(answer.id)?.resolve(answer);
      waiting.delete(answer.id);
    });
    opened.once('close', () => {
      socket = undefined;
      const lost = [...waiting.values()];
      waiting.clear();
      for (const { reject } of lost) reject(new Error('the connection broke'));
    });
    await once(opened, 'connect');
    return opened;
  };

  return {
    async call(call, timeoutMs = 20_000) {
      socket ??= open().catch((error: unknown) => {
        socket = undefined;
        throw error;
      });
      const opened = await socket;
      last += 1;
      const id = last;
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      waiting.set(id, { resolve, reject });
      // It may have broken while others awaited it.
      if (opened.destroyed) reject(new Error('the connection broke'));
      else writeLine(opened, { ...call, id });
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(id);
      });
    },
    close() {
      void socket?.then((opened) => opened.destroy()).catch(() => undefined);
    },
  };
}
