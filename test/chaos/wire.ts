import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';

/** One call of a port over the loopback socket, a line of JSON each way. */
export interface Call {
  id: number;
  /** `ledger.commit`, `queue.receive`, … */
  method: string;
  args: unknown[];
  /** The caller's clock when it made the call, epoch ms: on DynamoDB deadlines are compared by the writers' clocks. */
  clock: number;
  caller: Caller;
}

export interface Caller {
  owner: string;
  pid: number;
  role: Role;
}

/** `lastResort` receives what was delivered too often; `watcher` is the parent, past the proxy. */
export type Role = 'worker' | 'lastResort' | 'locks' | 'watcher';

export interface Answer {
  id: number;
  value?: unknown;
  error?: string;
  /** The store's clock, epoch ms. */
  at: number;
}

/** Refused before anything happened: the caller tries again. */
export const throttled = 'throttled';

export function readLines<T>(socket: Socket, onLine: (line: T) => void): void {
  // Whoever is at the other end may be killed at any moment: what was under way ends with 'close'.
  socket.on('error', () => undefined);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(JSON.parse(line));
  });
}

export function writeLine(socket: Socket, line: Call | Answer): void {
  if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
}
