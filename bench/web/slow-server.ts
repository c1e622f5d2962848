/**
 * Lets pages wait, and fail: `slow-server.ts SOCKET`. nginx asks it about every request and, when it has answered, sends
 * the file that it names (X-Accel-Redirect), so that the files and TLS stay with nginx. It forgets what failed when it
 * is started anew.
 */
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultOf, waitMs } from './slowness.ts';

const [socket = ''] = process.argv.slice(2);
const asked = new Map<string, number>();

const server = createServer(async ({ url = '', headers }, response) => {
  const address = `https://${headers.host}${url}`;
  const tries = (asked.get(address) ?? 0) + 1;
  asked.set(address, tries);
  await sleep(waitMs(address));
  const fault = url === '/robots.txt' ? 'none' : faultOf(address);
  const status = fault === 'always' ? 500 : fault === 'once' && tries === 1 ? 503 : 200;
  if (status === 503) response.setHeader('retry-after', '1');
  if (status === 200) response.setHeader('x-accel-redirect', `/files${url}`);
  response.writeHead(status);
  response.end();
});
server.keepAliveTimeout = 60_000;
server.listen(socket, () => process.send?.('ready'));
process.on('disconnect', () => process.exit());
