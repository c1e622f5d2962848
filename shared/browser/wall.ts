import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The only proxy that a browser knows. */
export interface Wall {
  /** `http://127.0.0.1:port` */
  address: string;
  close(): void;
}

/**
 * A proxy on loopback that connects to nothing. What a page loads is answered by this process, which fetches it as it fetches every
 * page; what a browser would connect to besides (WebSockets, preconnects, its own services) ends here.
 */
export async function openWall(): Promise<Wall> {
  const server = createServer((_, response) => response.writeHead(403).end());
  server.on('connect', (_, socket) => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // It keeps no process alive.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
