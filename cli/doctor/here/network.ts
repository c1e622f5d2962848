import { lookup } from 'node:dns/promises';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Job } from '../../../shared/job/schema.ts';
import { type Check, type CheckFinding, type CheckTarget, look, ok, unchecked, wrong } from '../check.ts';
import { judgeSkew, setClock, skewBetween } from '../clock-skew.ts';
import { readJobs } from './read-jobs.ts';

const connectMs = 3_000;
const maxOrigins = 10;

/** Whether the hosts of the jobs can be reached; no other host is contacted. */
export const networkChecks: Check[] = [
  {
    id: 'proxy',
    title: 'proxies',
    group: 'network',
    async run() {
      const set = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']
        .flatMap((name) => [name, name.toLowerCase()])
        .filter((name) => (process.env[name] ?? '') !== '');
      if (set.length === 0) return ok('none in the environment');
      return look(
        `${set.join(', ')} set, and not used: Spinneret connects directly`,
        'Where the web is only to be reached through it, pages will fail: run on a machine with a way out.',
      );
    },
  },
  {
    id: 'network',
    title: 'network',
    group: 'network',
    run: async (target) => checkNetwork(await originsOf(target)),
  },
  {
    id: 'clock',
    title: 'clock',
    group: 'network',
    async run(target) {
      const [origin] = await originsOf(target);
      if (origin === undefined) return unchecked('no job names a host whose clock could be compared');
      const { host } = new URL(origin);
      const answer = await clockSkewMs(origin).catch((error: NodeJS.ErrnoException) => error);
      if (typeof answer === 'number') return judgeSkew(answer, host);
      const code = answer?.code ?? '';
      if (/^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/.test(code)) {
        return look(`by it, the certificate of ${host} is not valid (${code})`, setClock);
      }
      return unchecked(`${host} could not be asked for its time${code === '' ? '' : ` (${code})`}`);
    },
  },
];

/** The origins of the first requests of the jobs, each once. */
async function originsOf(target: CheckTarget): Promise<string[]> {
  const { jobs } = await readJobs(target);
  const urls = jobs.flatMap(({ job }) => urlsOf(job)).flatMap((url) => URL.parse(url) ?? []);
  const origins = urls.filter(({ protocol }) => /^https?:$/.test(protocol)).map(({ origin }) => origin);
  return [...new Set(origins)].slice(0, maxOrigins);
}

/** For a source of any kind: every text in it that is a URL, in order. */
function urlsOf({ sources }: Job): string[] {
  const texts: string[] = [];
  JSON.stringify(sources, (_, value: unknown) => {
    if (typeof value === 'string' && /^https?:\/\//.test(value)) texts.push(value);
    return value;
  });
  return texts;
}

async function checkNetwork(origins: string[]): Promise<CheckFinding> {
  // A site on this machine, such as the demo shop, is there only while it is started.
  const remote = origins.filter((origin) => !isLoopback(origin));
  const isConnected = Object.values(networkInterfaces())
    .flat()
    .some((address) => address?.internal === false);
  if (!isConnected) return wrong('this machine has no network', 'Connect it.');
  if (remote.length === 0) return unchecked('no job names a host elsewhere to look for');
  const answers = await Promise.all(
    remote.map(async (origin) => ({ host: new URL(origin).host, failure: await failureOf(origin) })),
  );
  const failed = answers.filter(({ failure }) => failure !== undefined);
  const says = failed.map(({ host, failure }) => `${host} ${failure}`).join('; ');
  if (failed.length === 0) return ok(`${answers.map(({ host }) => host).join(', ')} can be reached`);
  if (failed.length < answers.length) {
    return look(says, 'Is the name right, and the site up? npx spinneret try URL shows more.');
  }
  return wrong(
    says,
    'No host of the jobs can be reached: check the connection, the name server (/etc/resolv.conf) and firewalls.',
  );
}

function isLoopback(origin: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(origin).hostname);
}

/** `undefined` when a connection could be made. */
async function failureOf(origin: string): Promise<string | undefined> {
  const { hostname, port, protocol } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0) {
    const failure = await lookup(host).then(
      () => undefined,
      ({ code }: NodeJS.ErrnoException) => code ?? 'failed',
    );
    if (failure !== undefined) return `has no address (${failure})`;
  }
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  return new Promise((resolve) => {
    const socket = connect({ host, port: number, timeout: connectMs });
    const end = (failure?: string) => {
      socket.destroy();
      resolve(failure);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end(`does not answer within ${connectMs / 1_000} s`));
    socket.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      end(`refuses the connection (${code ?? message})`),
    );
  });
}

/** From the Date header of the answer to one HEAD of robots.txt (RFC 9110, 6.6.1). */
async function clockSkewMs(origin: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const sentAt = Date.now();
  const send = origin.startsWith('https:') ? requestTls : requestPlain;
  const headers = { 'user-agent': 'spinneret doctor' };
  const request = send(`${origin}/robots.txt`, { method: 'HEAD', timeout: connectMs, headers });
  request.once('response', (response) => {
    const date = Date.parse(response.headers.date ?? '');
    resolve(Number.isNaN(date) ? undefined : skewBetween(sentAt, Date.now(), date));
    response.destroy();
  });
  request.once('timeout', () => request.destroy(new Error('timeout')));
  request.once('error', reject);
  request.end();
  return promise;
}
