import { once } from 'node:events';
import { createServer } from 'node:net';

/** Systems give ports from 32,768 (Linux) or 49,152 (RFC 6335) to who asks for any, and to connections that go out. */
const range = { first: 20_000, size: 12_000 };

/**
 * A port of 127.0.0.1 on which nobody listens. It is none that the system gives away, as one that was just closed would be: whoever else runs
 * on the machine gets no such port by chance.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = range.first + Math.floor(Math.random() * range.size);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
