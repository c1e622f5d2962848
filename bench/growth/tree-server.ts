/**
 * The site as a process: `node bench/growth/tree-server.ts '{"pages":1000,"hosts":1,"linksPerPage":15}'`.
 * Prints its port and ends with its standard input. On bare sockets, because `node:http` takes longer
 * for a page than the page itself.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { takeRequests } from './take-requests.ts';
import { hostAt, htmlOf, pageAt, type ServedTree, sizeOf, type TreeSite } from './tree-site.ts';

const tree: TreeSite = JSON.parse(process.argv[2] ?? '{}');
const robotsTxt = 'User-agent: *\nDisallow: /private/\n';

const server = createServer({ noDelay: true }, (socket) => serve(socket, { ...tree, port: portOf() }));
// A listener for each of ten thousand addresses would take half of the files that a process may open.
server.listen(0, tree.hosts === 1 ? '127.0.0.1' : '0.0.0.0', () => console.log(portOf()));
process.stdin.resume().on('end', () => process.exit());

function portOf(): number {
  return (server.address() as AddressInfo).port;
}

function serve(socket: Socket, site: ServedTree): void {
  const address = socket.localAddress ?? '';
  if (!address.startsWith('127.')) {
    socket.destroy();
    return;
  }
  const host = hostAt(address);
  let rest = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    const taken = takeRequests(rest + chunk);
    rest = taken.rest;
    for (const path of taken.paths) socket.write(answerTo(path, host, site), 'latin1');
  });
  // A crawler that is killed resets its connections.
  socket.on('error', () => socket.destroy());
}

function answerTo(path: string, host: number, site: ServedTree): string {
  if (path === '/robots.txt') return answer('200 OK', 'text/plain', robotsTxt);
  const page = pageAt(path);
  const isPage = page !== undefined && page < sizeOf(site, host);
  if (!isPage) return answer('404 Not Found', 'text/plain', 'no such page');
  return answer('200 OK', 'text/html; charset=utf-8', htmlOf(site, host, page));
}

function answer(status: string, type: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}
