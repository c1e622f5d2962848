/** A process of servers that attack, so that what it costs them is not counted with what it costs us. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { speakFrames } from '../fetch/h2-frames.ts';
import { certificate, privateKey } from '../fetch/local-certificate.ts';
import { type Asked, type Attack, send } from './attack.ts';
import type { AttackerAnswer, AttackerCall } from './attacker.ts';
import { attacks } from './attacks.ts';

const hosts = 20;

process.on('message', async ({ id, attack: name, path, asProxy }: AttackerCall) => {
  const attack = attacks.find((known) => known.name === name);
  if (attack === undefined) throw new Error(`there is no attack "${name}"`);
  attack.prepare?.();
  const origins: string[] = [];
  for (let host = 0; host < (name.includes('hosts') ? hosts : 1); host += 1) {
    origins.push(await open({ attack, path, peers: origins, asProxy }));
  }
  process.send?.({ id, origin: origins[0] ?? '' } satisfies AttackerAnswer);
});
process.on('disconnect', () => process.exit());

interface Serving {
  attack: Attack;
  path: string;
  peers: readonly string[];
  asProxy: boolean;
}

async function open(serving: Serving): Promise<string> {
  const { speaks = 'http' } = serving.attack;
  const serve = (socket: Socket) => {
    socket.on('error', () => undefined);
    if (speaks === 'h2') answerFrames(socket, serving);
    else serveHeads(socket, serving);
  };
  const tls = {
    cert: certificate,
    key: privateKey,
    ALPNProtocols: [speaks === 'h2' ? 'h2' : 'http/1.1'],
  };
  const server: Server = speaks === 'http' ? createServer(serve) : createTlsServer(tls, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http${speaks === 'http' ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers each request of HTTP/1.1: those of the attacked path as the attack does, robots.txt with none, others with a page. */
function serveHeads(socket: Socket, { attack, path, peers, asProxy }: Serving): void {
  let head = '';
  socket.on('data', (bytes) => {
    head += bytes.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    const [, asked = '/'] = /^\S+ (\S+)/.exec(head) ?? [];
    head = '';
    const call: Asked = { socket, path: asked, peers, frame: () => undefined };
    if (asProxy || asked.split('?')[0] === path) return void attack.answer(call);
    if (asked === '/robots.txt') return send(call, '', {}, '404 Not Found');
    send(call, '<h1>One</h1>');
  });
}

/** Answers each request of HTTP/2 as the attack does, whatever it asks for: robots.txt is not asked for in jobs of such attacks. */
function answerFrames(socket: Socket, { attack, path, peers }: Serving): void {
  speakFrames(socket, (frame) => void attack.answer({ socket, path, peers, frame }));
}
