import { endHeaders, frameTypes, status200 } from '../fetch/h2-frames.ts';
import { type Attack, drip, send, writeForEver } from './attack.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n';
const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;

/** What servers may do with a connection. */
export const streamAttacks: Attack[] = [
  {
    name: 'a body without end',
    answer: ({ socket }) => {
      socket.write(`${ok}Transfer-Encoding: chunked\r\n\r\n`);
      writeForEver(socket, () => chunk);
    },
  },
  {
    name: 'a body that drips',
    isSlow: true,
    answer: ({ socket }) => {
      socket.write(`${ok}Transfer-Encoding: chunked\r\n\r\n`);
      drip(socket, '1\r\nx\r\n');
    },
  },
  {
    name: 'a body that stalls',
    isSlow: true,
    answer: ({ socket }) => void socket.write(`${ok}Content-Length: 100\r\n\r\n<h1>One`),
  },
  {
    name: 'a head that drips',
    isSlow: true,
    answer: ({ socket }) => {
      socket.write(ok);
      drip(socket, 'X-A: b\r\n');
    },
  },
  { name: 'no answer at all', isSlow: true, answer: () => undefined },
  {
    name: 'headers without end',
    answer: ({ socket }) => {
      socket.write(ok);
      writeForEver(socket, () => `X-A: ${'a'.repeat(1_000)}\r\n`);
    },
  },
  {
    name: 'answers 103 without end',
    isSlow: true,
    answer: ({ socket }) => writeForEver(socket, () => 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
  },
  { name: 'what is no HTTP', answer: ({ socket }) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n') },
  { name: 'a connection that is reset', answer: ({ socket }) => void socket.resetAndDestroy() },
  {
    name: 'redirects without end over 20 hosts',
    answer: (asked) => {
      const turn = Number(new URL(asked.path, 'http://x/').searchParams.get('turn') ?? 0) + 1;
      const location = `${asked.peers[turn % asked.peers.length]}${pathOf(asked.path)}?turn=${turn}`;
      send(asked, '', { location }, '302 Found');
    },
  },
  {
    name: 'a redirect to itself',
    answer: (asked) => send(asked, '', { location: asked.path }, '302 Found'),
  },
  ...['file:///etc/passwd', 'data:text/html,<h1>One</h1>'].map((location) => ({
    name: `a redirect to ${new URL(location).protocol}`,
    answer: (asked: Parameters<Attack['answer']>[0]) => send(asked, '', { location }, '302 Found'),
  })),
  { name: 'a certificate of nobody', speaks: 'https', answer: (asked) => send(asked, '<h1>One</h1>') },
];

function pathOf(path: string): string {
  return path.split('?')[0] ?? '';
}

/** What only servers of HTTP/2 may do (CVE-2019-9512 to 9518, CVE-2024-27316 and their like). */
export const frameAttacks: Attack[] = [
  {
    name: 'HTTP/2: settings without end',
    speaks: 'h2',
    isSlow: true,
    answer: ({ socket, frame }) => forEver(socket, () => frame(frameTypes.settings, 0, new Uint8Array(), 0)),
  },
  {
    name: 'HTTP/2: pings without end',
    speaks: 'h2',
    isSlow: true,
    answer: ({ socket, frame }) => forEver(socket, () => frame(frameTypes.ping, 0, new Uint8Array(8), 0)),
  },
  {
    name: 'HTTP/2: headers that go on without end',
    speaks: 'h2',
    isSlow: true,
    answer: ({ socket, frame }) => {
      frame(frameTypes.headers, 0, status200);
      const field = Buffer.concat([
        Buffer.from([0, 1]),
        Buffer.from('a'),
        Buffer.from([100]),
        Buffer.alloc(100, 'b'),
      ]);
      const fields = Buffer.concat(Array(100).fill(field));
      forEver(socket, () => frame(frameTypes.continuation, 0, fields));
    },
  },
  {
    name: 'HTTP/2: a stream that is reset',
    speaks: 'h2',
    answer: ({ frame }) => {
      frame(frameTypes.headers, endHeaders, status200);
      frame(frameTypes.reset, 0, new Uint8Array([0, 0, 0, 2]));
    },
  },
  {
    name: 'HTTP/2: empty data without end',
    speaks: 'h2',
    isSlow: true,
    answer: ({ socket, frame }) => {
      frame(frameTypes.headers, endHeaders, status200);
      forEver(socket, () => frame(frameTypes.data, 0));
    },
  },
  {
    name: 'HTTP/2: frames of no protocol',
    speaks: 'h2',
    answer: ({ socket }) => void socket.write(Buffer.alloc(100, 0xff)),
  },
];

/** Writes frames for as long as the other end takes them. */
function forEver(socket: Parameters<Attack['answer']>[0]['socket'], write: () => void): void {
  const timer = setInterval(() => {
    for (let count = 0; count < 1_000 && !socket.destroyed && !socket.writableNeedDrain; count += 1) write();
  }, 1);
  socket.once('close', () => clearInterval(timer));
}
