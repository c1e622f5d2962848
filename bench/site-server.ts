/** The site on `node:http`, a process of its own: its arguments are the ports. */
import { createServer } from 'node:http';
import { pageHtml, robotsTxt } from './site-pages.ts';

const robots = robotsTxt.replaceAll('\\n', '\n');

for (const port of process.argv.slice(2)) {
  const server = createServer((request, response) => {
    const isRobots = request.url === '/robots.txt';
    const body = isRobots ? robots : pageHtml(request.url ?? '/');
    response.writeHead(200, {
      'content-type': `${isRobots ? 'text/plain' : 'text/html'}; charset=utf-8`,
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(Number(port), '127.0.0.1');
}
