import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveStartFunction } from './aws/deployed-stack.ts';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';
import { type SmallSite, serveSmallSite, smallJob } from './small-site.ts';

let site: SmallSite;
let folder: CliFolder;

beforeAll(async () => {
  site = await serveSmallSite(30);
  folder = openCliFolder();
  folder.write('small.yaml', smallJob(site.origin));
});
afterAll(async () => {
  folder[Symbol.dispose]();
  await site[Symbol.asyncDispose]();
});

async function estimate(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await folder.call('estimate', ...args, '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return parseLines(stdout).find(({ type }) => type === 'estimate') ?? {};
}

/** A job of one label whose pages lead nowhere. */
function listJob(source: string, more = ''): string {
  return `name: listed
sources: [${source}]
pages: { any: { match: /**, fields: { title: h1 } } }
politeness: { gapMs: 0, slowDown: false }
network: allowPrivate
${more}`;
}

describe('spinneret estimate', () => {
  it('fetches no more pages than the sample has, and gives a crawl the price of limits.maxPages', async () => {
    const seenBefore = site.seen.length;
    const estimated = await estimate('small.yaml', '--sample', '5');
    expect(site.seen.slice(seenBefore).filter((path) => path !== '/robots.txt')).toHaveLength(5);
    expect(estimated).toMatchObject({
      job: 'small',
      pages: 10_000,
      isUpperBound: true,
      pagesKnownBy: 'limit',
      sample: { pages: 5, failed: 0 },
    });
  });

  it('says between what a second run lies, of a job that recrawls', async () => {
    folder.write('again.yaml', `${smallJob(site.origin)}\nrecrawl: true\n`);
    const [first = {}, again = {}] = await Promise.all(
      ['small.yaml', 'again.yaml'].map((job) => estimate(job, '--sample', '100')),
    );
    const { unchangedUsd = 0, changedUsd = 0, validatedShare } = again['again'] as Record<string, number>;
    const usdOf = (estimated: Record<string, unknown> = {}) =>
      (estimated['cost'] as { totalUsd: number }).totalUsd;
    expect(validatedShare).toBe(0);
    // Both have the time that pages took in them, which differs from one to the other on a busy machine.
    expect(unchangedUsd).toBeGreaterThan(usdOf(first) * 0.5);
    expect(changedUsd).toBeGreaterThan(unchangedUsd);
    expect(usdOf(again)).toBeGreaterThan(changedUsd);
    const { stdout } = await folder.call('estimate', 'again.yaml', '--sample', '5');
    expect(stdout).toMatch(/ again {3}a second run \$[\d.]+ if no page has changed, \$[\d.]+ if each has:/);
    folder.write('due.yaml', `${smallJob(site.origin)}\nrecrawl: { budget: 3 }\n`);
    const due = await folder.call('estimate', 'due.yaml', '--sample', '5');
    expect(due.stdout).toContain('about 3 of them are due in a run (recrawl.budget)');
  });

  it('knows the pages of a site that the sample has scraped whole', async () => {
    const estimated = await estimate('small.yaml', '--sample', '100');
    // The start, 30 pages, and one that is gone.
    expect(estimated).toMatchObject({
      pages: 32,
      isUpperBound: false,
      pagesKnownBy: 'whole',
      sample: { failed: 1, failures: { HTTP_404: 1 } },
    });
  });

  it('takes the user’s word for the pages, up to limits.maxPages', async () => {
    expect(await estimate('small.yaml', '--sample', '3', '--pages', '500')).toMatchObject({
      pages: 500,
      pagesKnownBy: 'given',
    });
    expect(await estimate('small.yaml', '--sample', '3', '--pages', '50000')).toMatchObject({
      pages: 10_000,
    });
  });

  it('reckons with as many workers as the account lets run, and says when those are fewer', async () => {
    const limit = { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 5 };
    await using lambda = await serveStartFunction(() => ({ run: '', state: 'created' }), limit);
    using own = openCliFolder({
      AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    own.write('listed.yaml', listJob(`{ urls: { list: ["${site.origin}/p/1", "${site.origin}/p/2"] } }`));
    const { code, stdout, stderr } = await own.call('estimate', 'listed.yaml', '--aws');
    // Its pages are on this machine.
    const why = 'network: allowPrivate is refused in the cloud';
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining(`will be refused by enqueue, JOB_UNFIT: ${why}`),
    });
    own.write('config/settings.yaml', 'aws: { allowPrivate: true, workerTimeoutMs: 30000 }\n');
    const taken = await own.call('estimate', 'listed.yaml', '--aws', '--json');
    expect({ code: taken.code, refused: parseLines(taken.stdout)[0]?.['refused'] }).toEqual({ code: 0 });
    expect(stderr).toContain('warning AWS_QUOTA: this account allows 5 functions at once in eu-central-1');
    expect(stderr).toContain('Set aws.maxConcurrency to 4 and deploy');
    expect(stdout).toContain('without a gap, with up to 5 workers');
  });

  it('counts the lines of a URL file without fetching them', async () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => `${site.origin}/p/${1 + (index % 30)}`);
    folder.write('urls.txt', ['# all of them', '', ...lines].join('\n'));
    folder.write('list.yaml', listJob('{ urls: { file: urls.txt } }', 'limits: { maxPages: 2000 }'));
    expect(await estimate('list.yaml', '--sample', '4')).toMatchObject({
      pages: 2_000,
      pagesNamed: 2_500,
      pagesKnownBy: 'listed',
      isUpperBound: false,
    });
  });

  it('says it to people: pages, time, cost by service, the price list and what is not in it', async () => {
    folder.write('budget.yaml', `${smallJob(site.origin)}limits: { budgetUsd: 0.0001 }\n`);
    const { stdout, stderr, code } = await folder.call('estimate', 'budget.yaml', '--sample', '5');
    expect(code).toBe(0);
    expect(stderr).toContain('sampling small: up to 5 pages');
    for (const text of [
      'an estimate for AWS, from 5 pages',
      'pages   10,000: limits.maxPages, at most',
      'time    at most',
      /cost {4}at most \$0\.\d+: .*DynamoDB \$/,
      'per 1,000 pages',
      /prices {2}us-east-1, \d{4}-\d\d-\d\d; not in it: free tiers/,
      'between half and double',
      /limits\.budgetUsd of \$0\.0001 ends the run after about \d+ pages/,
      'network: allowPrivate is refused in the cloud',
    ])
      expect(stdout).toMatch(text);
  });

  it('leaves nothing behind, neither in the folder nor among the temporary files', async () => {
    folder.write('tmp/.keep', '');
    vi.stubEnv('TMPDIR', join(folder.path, 'tmp'));
    await estimate('small.yaml', '--sample', '1');
    vi.unstubAllEnvs();
    expect(readdirSync(join(folder.path, 'tmp'))).toEqual(['.keep']);
    expect(existsSync(join(folder.path, '.spinneret'))).toBe(false);
    expect(existsSync(join(folder.path, 'output'))).toBe(false);
  });

  it('ends with SAMPLE_FAILED when no page can be fetched', async () => {
    folder.write('dead.yaml', smallJob('http://127.0.0.1:9'));
    const { code, stderr } = await folder.call('estimate', 'dead.yaml', '--max-seconds', '1');
    expect(code).toBe(1);
    expect(stderr).toContain('error SAMPLE_FAILED');
  });
});

describe('spinneret estimate of sitemaps', () => {
  const perSitemap = 300;
  const server = createServer((request, response) => {
    const base = `http://${request.headers.host}`;
    const [, index] = /^\/index-(\d+)\.xml$/.exec(request.url ?? '') ?? [];
    const [, sitemap] = /^\/map-(\d+)\.xml$/.exec(request.url ?? '') ?? [];
    const entries = (root: string, name: string, paths: string[]) =>
      `<${root}>${paths.map((path) => `<${name}><loc>${base}${path}</loc></${name}>`).join('')}</${root}>`;
    const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
    if (index !== undefined) {
      const maps = numbers(Number(index)).map((number) => `/map-${number}.xml`);
      response.end(entries('sitemapindex', 'sitemap', maps));
    } else if (sitemap !== undefined) {
      const pages = numbers(perSitemap).map((number) => `/page/${sitemap}/${number}`);
      response.end(entries('urlset', 'url', pages));
    } else {
      response.setHeader('content-type', 'text/html').end('<h1>Page</h1>');
    }
  });
  let origin: string;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('counts the pages of every sitemap', async () => {
    folder.write('maps.yaml', listJob(`{ sitemap: { urls: ${origin}/index-4.xml } }`));
    expect(await estimate('maps.yaml', '--sample', '3')).toMatchObject({
      pages: 4 * perSitemap,
      pagesNamed: 4 * perSitemap,
      pagesKnownBy: 'listed',
    });
  });

  it('guesses those of the sitemaps that there was no time to read', async () => {
    const gap = 'politeness: { gapMs: 400 }';
    const job = listJob(`{ sitemap: { urls: ${origin}/index-60.xml } }`).replace(/politeness: .*/, gap);
    folder.write('slow.yaml', job);
    const estimated = await estimate('slow.yaml', '--sample', '2', '--max-seconds', '3');
    expect(estimated).toMatchObject({ pagesKnownBy: 'listed', slowest: { gapMs: 400 } });
    expect(estimated).toMatchObject({ pagesNamed: 60 * perSitemap });
  });
});
