import type { Socket } from 'node:net';

/** Bytes of connections to proxies, both ways, as they are on the wire. */
export interface Traffic {
  watch(socket: Socket): void;
  /** What has passed since the last call. */
  take(): number;
}

export function makeTraffic(): Traffic {
  /** The open connections, each with what was taken of it. */
  const open = new Map<Socket, number>();
  let ofClosed = 0;
  const rest = (socket: Socket): number => socket.bytesRead + socket.bytesWritten - (open.get(socket) ?? 0);
  return {
    watch(socket) {
      open.set(socket, 0);
      socket.once('close', () => {
        ofClosed += rest(socket);
        open.delete(socket);
      });
    },
    take() {
      let bytes = ofClosed;
      ofClosed = 0;
      for (const socket of open.keys()) {
        bytes += rest(socket);
        open.set(socket, socket.bytesRead + socket.bytesWritten);
      }
      return bytes;
    },
  };
}
