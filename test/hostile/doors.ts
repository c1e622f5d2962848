import { type AddressInfo, connect, createServer } from 'node:net';
import { callWebhook } from '../../functions/webhook.ts';
import type { PageFact } from '../../shared/model.ts';
import { galleryPages } from '../engine/downloads/setting.ts';
import { deliverNext, endsOf, makeJob, outcomesOf, type World } from '../engine/world.ts';
import type { Attack } from './attack.ts';
import type { Attacker } from './attacker.ts';

/** What a case is played with. */
export interface Stage {
  attack: Attack;
  attacker: Attacker;
  world: World;
  /** A page of another host, which every run has besides. */
  good: string;
}

/** Where something hostile comes in. */
export interface Door {
  /** As the table of docs/hostile-input.md names it. */
  name: string;
  /** Whether such an attack can come this way. */
  takes?(attack: Attack): boolean;
  /** What comes of it: a code, or how the page ended. */
  enter(stage: Stage): Promise<string>;
}

const path = '/attacked';

/** The job of a case: one attempt, and little time where the attack takes as much as it is given. */
function jobOf({ attack, good }: Stage, urls: string[], more: Record<string, unknown> = {}) {
  const { speaks, isSlow = false } = attack;
  const times = { connectTimeoutMs: 2_000, headersTimeoutMs: 2_000, bodyTimeoutMs: 2_000, timeoutMs: 3_000 };
  return makeJob({
    sources: [{ urls: { list: [...urls, good] } }],
    pages: { default: { fields: { title: 'h1' }, follow: ['a'] } },
    limits: { maxPages: 20 },
    ...more,
    fetch: {
      attempts: 1,
      ...(isSlow ? times : {}),
      ...(speaks === 'h2' ? { tls: { '127.0.0.1': { ca: 'authority.pem' } } } : {}),
    },
    politeness: { gapMs: 0, slowDown: false, ...(speaks === 'h2' ? { robots: 'ignore' } : {}) },
  });
}

/** Works on the run until it ends or is paused; then resolves to the code of why. */
async function work(stage: Stage, job: ReturnType<typeof makeJob>): Promise<string | undefined> {
  const { world } = stage;
  await world.start('r', job);
  const process = world.newProcess('p');
  let going: 'going' | 'over' = 'going';
  while (going === 'going' && (await world.ledger.readRun('r'))?.state === 'running') {
    going = await deliverNext(world, 'r', process);
  }
  return (await world.ledger.readRun('r'))?.reason?.code;
}

/** The same, of a run whose other page is stored, unless what happens stops the run. */
async function workBeside(stage: Stage, job: ReturnType<typeof makeJob>): Promise<string | undefined> {
  const reason = await work(stage, job);
  const other = (await endsOf(stage.world, 'r'))[stage.good];
  if (reason === undefined && other !== 'stored') throw new Error(`the other page is ${other}`);
  return reason;
}

async function codeOfPage(stage: Stage, url: string, job: ReturnType<typeof makeJob>): Promise<string> {
  const reason = await workBeside(stage, job);
  if (reason !== undefined) return reason;
  // A chain of redirects ends elsewhere.
  const ends = Object.entries(await endsOf(stage.world, 'r')).filter(([of]) => of !== stage.good);
  const last = ends.find(([of, end]) => of === url && !end.includes('REDIRECTED')) ?? ends.at(-1);
  return `${last?.[1]}`.replace(/^(failed|skipped) /, '');
}

async function codeOfKind(stage: Stage, kind: PageFact['kind']): Promise<string> {
  const facts = (await outcomesOf(stage.world, 'r')).flatMap(({ pages }) => pages);
  const own = facts.filter((fact) => fact.kind === kind && fact.code !== 'REDIRECTED').at(-1);
  return own?.code ?? `${own?.end}`;
}

const isHttp = ({ speaks = 'http' }: Attack) => speaks === 'http';

export const doors: readonly Door[] = [
  {
    name: 'page',
    async enter(stage) {
      const url = `${await stage.attacker.host(stage.attack.name, path)}${path}`;
      return codeOfPage(stage, url, jobOf(stage, [url]));
    },
  },
  {
    name: 'robots.txt',
    takes: isHttp,
    async enter(stage) {
      const url = `${await stage.attacker.host(stage.attack.name, '/robots.txt')}/page`;
      return codeOfPage(stage, url, jobOf(stage, [url]));
    },
  },
  {
    name: 'sitemap',
    async enter(stage) {
      const url = `${await stage.attacker.host(stage.attack.name, path)}${path}`;
      const sources = [{ sitemap: { urls: [url] } }, { urls: { list: [stage.good] } }];
      await workBeside(stage, jobOf(stage, [], { sources }));
      return codeOfKind(stage, 'sitemap');
    },
  },
  {
    name: 'through a proxy',
    async enter(stage) {
      const url = `${await stage.attacker.host(stage.attack.name, path)}${path}`;
      await using proxy = await openTunnels();
      return await codeOfPage(stage, url, jobOf(stage, [url], { proxies: { list: [proxy.url] } }));
    },
  },
  {
    name: 'a proxy itself',
    takes: isHttp,
    async enter(stage) {
      const proxy = await stage.attacker.host(stage.attack.name, path, true);
      const reason = await work(stage, jobOf(stage, [], { proxies: { list: [proxy] } }));
      return reason ?? `${(await endsOf(stage.world, 'r'))[stage.good]}`.replace('failed ', '');
    },
  },
  {
    name: 'page in a browser',
    async enter(stage) {
      const url = `${await stage.attacker.host(stage.attack.name, path)}${path}`;
      const pages = {
        attacked: {
          match: [`**${path}*`],
          render: { use: 'browser', timeoutMs: 20_000 },
          fields: { title: 'h1' },
        },
        default: { fields: { title: 'h1' } },
      };
      return codeOfPage(stage, url, jobOf(stage, [url], { pages }));
    },
  },
  {
    name: 'what a page in a browser loads',
    async enter(stage) {
      const origin = await stage.attacker.host(stage.attack.name, path);
      const host = await openPage(
        `<h1>One</h1><script src="${origin}${path}"></script><link rel=stylesheet href="${origin}${path}">
         <iframe src="${origin}${path}"></iframe><img src="${origin}${path}">
         <script>fetch('${origin}${path}').catch(() => 0); new Worker(URL.createObjectURL(new Blob(["fetch('${origin}${path}').catch(() => 0)"])))</script>`,
      );
      await using _ = host;
      const pages = {
        rendered: { match: ['**/app'], render: { use: 'browser', block: [] }, fields: { title: 'h1' } },
        default: { fields: { title: 'h1' } },
      };
      const url = `${host.origin}/app`;
      const end = await codeOfPage(stage, url, jobOf(stage, [url], { pages }));
      const facts = (await outcomesOf(stage.world, 'r')).flatMap(({ pages }) => pages);
      const own = facts.find((fact) => fact.url === url);
      return end === 'stored' ? (own?.code ?? end) : end;
    },
  },
  {
    name: 'login',
    async enter(stage) {
      const origin = await stage.attacker.host(stage.attack.name, path);
      const login = {
        steps: [{ open: `${origin}${path}` }, { form: { fields: { user: 'ann', pass: '${env:PASS}' } } }],
        check: { select: '.user' },
      };
      const sessions = { me: { hosts: [new URL(origin).host], login } };
      const url = `${origin}/page`;
      return codeOfPage(stage, url, jobOf(stage, [url], { sessions }));
    },
  },
  {
    name: 'webhook',
    takes: ({ speaks }) => speaks !== 'h2',
    async enter(stage) {
      const webhook = `${await stage.attacker.host(stage.attack.name, path)}${path}`;
      const job = JSON.parse(JSON.stringify(jobOf(stage, [], { output: { webhook } })));
      const run = { id: 'r', job, baseDir: '', state: 'finished' as const, startedAt: 0 };
      return (await callWebhook('Tested', run, { run: 'r' })) ?? 'not called';
    },
  },
  {
    name: 'download',
    async enter(stage) {
      const file = `${await stage.attacker.host(stage.attack.name, path)}${path}`;
      await using host = await openPage(`<h1>One</h1><img src="${file}">`);
      await workBeside(stage, jobOf(stage, [`${host.origin}/`], { pages: galleryPages }));
      return codeOfKind(stage, 'download');
    },
  },
];

/** A host whose pages are all the same; robots.txt is none. */
async function openPage(html: string) {
  return listen((socket) => {
    let head = '';
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const isRobots = head.startsWith('GET /robots.txt');
      head = '';
      const [status, body] = isRobots ? ['404 Not Found', ''] : ['200 OK', html];
      socket.write(
        `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
  });
}

/** A proxy that tunnels what it is asked for. */
async function openTunnels() {
  const { origin, ...rest } = await listen((socket) => {
    socket.once('data', (head) => {
      const [, host = '', port = ''] = /^CONNECT (\S+):(\d+) /.exec(head.toString('latin1')) ?? [];
      const site = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(site).pipe(socket);
      });
      site.on('error', () => socket.destroy());
      socket.on('close', () => site.destroy());
    });
  });
  return { url: origin, ...rest };
}

async function listen(serve: (socket: import('node:net').Socket) => void) {
  const sockets = new Set<import('node:net').Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
