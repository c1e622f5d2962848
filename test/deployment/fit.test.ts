import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canaryJobs } from '../../infra/canary.ts';
import { checkFit, checkFitOfOwn, misfitsOf, misfitsOfScheduled } from '../../shared/deployment/fit.ts';
import { maxFetchMs } from '../../shared/deployment/worker-times.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import { needsOfJob } from '../../shared/sources/needs-of-job.ts';

const job = (changes: object = {}) =>
  jobSchema.parse({
    name: 'books',
    sources: [{ urls: { file: 'lists/books.txt' } }, { crawl: { start: ['https://example.com/'] } }],
    pages: { book: { match: '/b/*', handler: 'book.ts' }, default: { handler: 'book.ts' } },
    ...changes,
  });

const settings = { workerTimeoutMs: 120_000, allowPrivate: false };

const sessionVia = (via: string) => ({
  ann: {
    hosts: ['wiki.example.com'],
    login: { via, steps: [{ open: 'https://wiki.example.com/' }], check: { select: '.user' } },
  },
});

describe('checkFit', () => {
  it('takes a job whose fetches end in time', () => {
    expect(() => checkFit(job(), settings)).not.toThrow();
    expect(() => checkFit(job({ fetch: { timeoutMs: 80_000 } }), settings)).not.toThrow();
  });

  it.each([
    ['a fetch that could outlast its function', { fetch: { timeoutMs: 80_001 } }, /at most 80000/],
    ['a gap that a function cannot wait out', { politeness: { gapMs: 40_001 } }, /at most 40000/],
    ['private addresses in the cloud', { network: 'allowPrivate' }, /allowPrivate/],
    [
      'names that a proxy resolves',
      { proxies: { list: 'http://p:1', resolve: 'proxy' } },
      /resolve: proxy is refused/,
    ],
    [
      'pages in a browser',
      { pages: { app: { render: 'browser' } } },
      /pages\.app\.render needs a browser.*set aws\.browser: \{\} and deploy/,
    ],
    [
      'a login in a browser',
      { sessions: sessionVia('browser') },
      /sessions\.ann\.login\.via needs a browser/,
    ],
    ['a login by a person', { sessions: sessionVia('person') }, /sessions\.ann\.login\.via: person/],
    [
      'proxies at private addresses',
      { proxies: { list: 'http://p:1', network: 'allowPrivate' } },
      /aws.allowPrivate/,
    ],
  ])('refuses %s, and says what to change', (_, changes, message) => {
    expect(() => checkFit(job(changes), settings)).toThrow(
      expect.objectContaining({ code: 'JOB_UNFIT', message: expect.stringMatching(message) }),
    );
  });

  const inBrowser = { pages: { app: { render: 'auto' }, other: {} } };
  const withBrowser = { ...settings, browser: { memoryMb: 2_048, maxConcurrency: 20 } };

  it('takes a job with pages in a browser where the stack has one, whose sources and reports have secrets', () => {
    const secrets = { sources: [{ crawl: { start: ['https://example.com/?key=${env:KEY}'] } }] };
    expect(() => checkFit(job({ ...inBrowser, ...secrets }), withBrowser)).not.toThrow();
  });

  it.each([
    ['a login', sessionVia('http')],
    ['a file of cookies', { ann: { hosts: ['a.example'], cookies: 'cookies.txt' } }],
    ['a key', { ann: { hosts: ['a.example'], bearer: '${env:TOKEN}' } }],
    [
      'accounts that are counted',
      { ann: { hosts: ['a.example'], accounts: '${env:ALL}', count: 3, bearer: '${account:t}' } },
    ],
  ])('takes pages in a browser in a session of %s', (_, sessions) => {
    expect(() => checkFit(job({ ...inBrowser, sessions }), withBrowser)).not.toThrow();
  });

  it.each([
    [
      'secrets of all requests',
      { fetch: { headers: { 'x-key': '${env:KEY}' } } },
      /fetch\.headers.*holds a secret/,
    ],
    [
      'proxies with passwords',
      { proxies: { list: 'http://u:${env:PASSWORD}@p:1' } },
      /proxies\.list.*secret/,
    ],
    [
      'headers of a source, which go with its pages',
      {
        sources: [
          {
            rest: {
              url: 'https://example.com/api',
              headers: { authorization: '${env:KEY}' },
              items: 'a',
              label: 'app',
            },
          },
        ],
      },
      /sources\[0\].*headers.*holds a secret/,
    ],
    [
      'a login in the browser',
      { sessions: sessionVia('browser') },
      /sessions\.ann\.login\.via: browser would type its secrets.*without it, give the session a file of cookies/,
    ],
    [
      'sessions of a proxy with a password',
      { sessions: { ann: { hosts: ['a.example'], proxy: 'http://u:${env:PASSWORD}@p:1' } } },
      /sessions\.ann\.proxy holds a secret/,
    ],
    [
      'sessions of accounts that cannot be counted',
      { sessions: { ann: { hosts: ['a.example'], accounts: '${env:ALL}', bearer: '${account:token}' } } },
      /sessions\.ann\.accounts is one secret.*set sessions\.ann\.count/,
    ],
    [
      'secrets that are sent to get such a page',
      {
        sources: [
          { send: { url: 'https://example.com/', method: 'POST', body: 'key=${env:KEY}', label: 'app' } },
        ],
      },
      /sources\[0\]\.send\.body holds a secret/,
    ],
    [
      'a page that may take longer than its function',
      { pages: { app: { render: { timeoutMs: 400_000 } } } },
      /pages\.app\.render\.timeoutMs is 400000, and fetch\.timeoutMs 60000: at most 185000/,
    ],
  ])('refuses pages in a browser with %s', (_, changes, message) => {
    expect(() => checkFit(job({ ...inBrowser, ...changes }), withBrowser)).toThrow(
      expect.objectContaining({ code: 'JOB_UNFIT', message: expect.stringMatching(message) }),
    );
  });

  it('lets a deployment take jobs with private addresses', () => {
    expect(() =>
      checkFit(job({ network: 'allowPrivate' }), { ...settings, allowPrivate: true }),
    ).not.toThrow();
  });
});

describe('misfitsOf', () => {
  it('takes a job that names no time-out, whatever a worker’s time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 900 }), (seconds) => {
        const workerTimeoutMs = 1_000 * seconds;
        expect(misfitsOf(job(), { workerTimeoutMs, allowPrivate: false })).toEqual([]);
        const timeoutMs = maxFetchMs(workerTimeoutMs) + 1;
        const asked = misfitsOf(job({ fetch: { timeoutMs } }), { workerTimeoutMs, allowPrivate: false });
        expect(asked).toEqual([expect.stringContaining(`at most ${timeoutMs - 1},`)]);
      }),
    );
  });

  it('takes a job with priorities', () => {
    expect(misfitsOf(job({ pages: { default: { priority: 5 } } }), settings)).toEqual([]);
  });

  it('names all that does not fit', () => {
    const wrong = { fetch: { timeoutMs: 90_000 }, politeness: { gapMs: 50_000 }, network: 'allowPrivate' };
    expect(misfitsOf(job(wrong), settings)).toHaveLength(3);
  });
});

describe('checkFitOfOwn', () => {
  it.each(['spinneret-canary', 'spinneret-canary-2'])(
    'refuses the name %s, by which runs are hidden',
    (name) => {
      expect(() => checkFitOfOwn(job({ name }), settings)).toThrow(
        expect.objectContaining({ code: 'JOB_UNFIT', message: expect.stringContaining('one of the stack') }),
      );
    },
  );

  it.each(['canary', 'spinneret', 'spinneret-canaries'])('takes the name %s', (name) => {
    expect(() => checkFitOfOwn(job({ name }), settings)).not.toThrow();
  });

  it('is not for the canary itself, which fits the shortest worker', () => {
    const { job: canary } = canaryOf({ allowPrivate: false });
    expect(() => checkFit(canary, { ...settings, workerTimeoutMs: 30_000 })).not.toThrow();
  });

  it.each([
    [true, 'allowPrivate'],
    [false, 'public'],
  ])('lets the canary reach a private page where the settings allow it (%j): %s', (allowPrivate, network) => {
    const { job: canary } = canaryOf({ allowPrivate });
    expect(canary.network).toBe(network);
    expect(() => checkFit(canary, { ...settings, allowPrivate })).not.toThrow();
  });
});

function canaryOf({ allowPrivate }: { allowPrivate: boolean }) {
  const [canary] = canaryJobs({ canary: { url: 'https://example.com/', everyMinutes: 60 }, allowPrivate });
  if (canary === undefined) throw new Error('there is none');
  return canary;
}

describe('needsOfJob', () => {
  it('names files and secrets, each once', () => {
    const headers = { Authorization: 'Bearer ${env:TOKEN}', 'X-Key': '${env:TOKEN}' };
    expect(needsOfJob(job({ fetch: { headers } }))).toEqual({
      handlers: ['book.ts'],
      lists: ['lists/books.txt'],
      sealed: [],
      secrets: ['TOKEN'],
    });
  });
});

const withSecretFiles = {
  proxies: { file: 'proxies.txt' },
  sessions: { member: { hosts: ['example.com'], cookies: 'cookies.txt' } },
  fetch: { tls: { 'example.com': { cert: 'client.pem', key: 'client.key' } } },
};

describe('files with secrets', () => {
  it('are brought sealed, and no other file is', () => {
    expect(needsOfJob(job(withSecretFiles))).toMatchObject({
      lists: ['lists/books.txt', 'client.pem'],
      sealed: ['cookies.txt', 'proxies.txt', 'client.key'],
    });
    expect(() => checkFitOfOwn(job(withSecretFiles), settings)).not.toThrow();
  });

  it('are refused with a schedule, whose files nobody seals, and it says what to do', () => {
    const misfits = misfitsOfScheduled(job(withSecretFiles), settings);
    expect(misfits.map((text) => text.split(' is a file')[0])).toEqual([
      'sessions.member.cookies',
      'proxies.file',
      'fetch.tls["example.com"].key',
    ]);
    for (const misfit of misfits) expect(misfit).toMatch(/spinneret enqueue/);
  });
});

describe('jobSchema', () => {
  it('takes a frozen job again, unchanged: the start function checks what it is given', () => {
    const frozen = job({ schedule: 'cron(0 6 * * ? *)' });
    expect(jobSchema.parse(JSON.parse(JSON.stringify(frozen)))).toEqual(frozen);
    expect(frozen.schedule).toEqual({ cron: 'cron(0 6 * * ? *)', timeZone: 'UTC' });
  });
});
