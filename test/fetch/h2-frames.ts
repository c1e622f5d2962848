import type { Socket } from 'node:net';

/** Types of frames, and flags (RFC 9113 section 6): the last frame of a stream; all of its headers. */
export const frameTypes = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, continuation: 9 };
export const endStream = 1;
export const endHeaders = 4;
/** `:status: 200`, of the static table of HPACK (RFC 7541). */
export const status200 = new Uint8Array([0x88]);

/** Writes a frame of HTTP/2 on the stream of the request, or on another one. */
export type WriteFrame = (type: number, flags: number, payload?: Uint8Array, stream?: number) => void;

const prefaceBytes = 24;
const headBytes = 9;

/** Speaks HTTP/2 with frames that are written one by one: Node's own server ends a stream before it resets it. */
export function speakFrames(socket: Socket, onRequest: (write: WriteFrame) => void): void {
  const write = (stream: number, type: number, flags: number, payload: Uint8Array = new Uint8Array()) => {
    const head = Buffer.alloc(headBytes);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(stream, 5);
    socket.write(Buffer.concat([head, payload]));
  };
  write(0, frameTypes.settings, 0);
  let received = Buffer.alloc(0);
  let isPreface = true;
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    if (isPreface && received.length >= prefaceBytes) {
      received = received.subarray(prefaceBytes);
      isPreface = false;
    }
    while (
      !isPreface &&
      received.length >= headBytes &&
      received.length >= headBytes + received.readUIntBE(0, 3)
    ) {
      const [type, own] = [received.readUInt8(3), received.readUInt32BE(5)];
      received = received.subarray(headBytes + received.readUIntBE(0, 3));
      if (type !== frameTypes.headers) continue;
      onRequest((kind, flags, payload, stream = own) => write(stream, kind, flags, payload));
    }
  });
}
