import type { Socket } from 'node:net';
import type { WriteFrame } from '../fetch/h2-frames.ts';

/** One thing that a server may do to whoever asks it. */
export interface Attack {
  /** As the table of docs/hostile-input.md names it. */
  name: string;
  /** What the server speaks. @default http */
  speaks?: 'http' | 'https' | 'h2';
  /** It takes as long as it is let: jobs give it little time. @default false */
  isSlow?: boolean;
  /** Makes what it answers with, before anybody asks: that takes a busy machine longer than answers may take. */
  prepare?(): void;
  /** Answers one request. */
  answer(asked: Asked): void | Promise<void>;
}

export interface Asked {
  socket: Socket;
  /** With the query. */
  path: string;
  /** Origins of servers that do the same, its own included. */
  peers: readonly string[];
  /** Writes a frame of HTTP/2 on the stream of the request, or on another one. */
  frame: WriteFrame;
}

/** Sends a whole answer and ends the connection. */
export function send(
  { socket }: Pick<Asked, 'socket'>,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  status = '200 OK',
): void {
  const all = {
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`);
  socket.end(body);
}

/** Writes what `next` gives for as long as it is taken. */
export function writeForEver(socket: Socket, next: () => string | Uint8Array): void {
  const go = (): void => {
    while (!socket.destroyed && socket.write(next()));
  };
  socket.on('drain', go);
  go();
}

/** Writes a piece now and then, until the other end has had enough. */
export function drip(socket: Socket, piece: string, everyMs = 20): void {
  const timer = setInterval(() => socket.write(piece), everyMs);
  socket.once('close', () => clearInterval(timer));
}
