import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { makeWorkHandler } from '../../functions/work.ts';
import { usageOf } from '../../shared/cost/cost.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import { type BareAccount, functionSettings, openBareAccount } from '../aws/bare-account.ts';
import { describeWith } from '../aws/describe-with.ts';
import { makeJob } from '../engine/world.ts';

const call = { getRemainingTimeInMillis: () => 120_000 };
const pagesPerHost = 20;

/** Hosts of the loopback network; what is measured in docs/benchmarks.md has 10 and 100. */
const hosts = Number(process.env['SPINNERET_ORDER_HOSTS'] ?? 3);
const gapMs = 150;

/** The rank of a page: any two of all hosts differ. */
const rankOf = (host: number, page: number) => ((page * 7_919 + host * 104_729) % 99_991) + host / 1_000;

/** Hosts whose start page links to all others, and what was asked for, in the order in which it came. */
async function serveHosts() {
  const asked: { host: number; page: number }[] = [];
  const server = createServer((request, response) => {
    const host = Number((request.headers.host ?? '').split(':')[0]?.split('.')[3]);
    const page = Number(request.url?.slice(1));
    if (page > 0) asked.push({ host, page });
    const links = Array.from(
      { length: pagesPerHost },
      (_, at) => `<a href="/${at + 1}" data-rank="${rankOf(host, at + 1)}">x</a>`,
    );
    response.setHeader('content-type', 'text/html');
    response.end(page === 0 ? links.join('') : `<h1>${page}</h1>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const starts = Array.from({ length: hosts }, (_, at) => `http://127.0.1.${at + 1}:${port}/`);
  return { asked, starts };
}

/** Spearman's rank correlation of the order in which pages were asked for with that of their ranks, the highest first. */
function correlation(ranks: number[]): number {
  const places = new Map(ranks.toSorted((a, b) => b - a).map((rank, place) => [rank, place]));
  const squares = ranks.reduce((sum, rank, at) => sum + (at - (places.get(rank) ?? 0)) ** 2, 0);
  return 1 - (6 * squares) / (ranks.length * (ranks.length ** 2 - 1));
}

/**
 * The share of pages that came in the order of their ranks: the longest run of them that falls, of 8 of 20 in no order. A page whose turn
 * is missed, as on a busy machine, takes one behind those that wait already.
 */
function shareInOrder(ranks: number[]): number {
  const lengths: number[] = [];
  for (const [at, rank] of ranks.entries()) {
    const before = ranks.slice(0, at).map((other, index) => (other > rank ? (lengths[index] ?? 0) : 0));
    lengths.push(1 + Math.max(0, ...before));
  }
  return Math.max(...lengths) / ranks.length;
}

await describeWith('ministack', 'a run with priorities on AWS', (connection) => {
  let account: BareAccount;
  beforeAll(async () => {
    account = await openBareAccount(connection);
    Object.assign(process.env, account.env, {
      AWS_EC2_METADATA_DISABLED: 'true',
      [functionEnv.settings]: JSON.stringify({ ...functionSettings, leaseMs: 110_000, batchSize: 10 }),
    });
  });
  afterAll(() => account.close());

  async function run(id: string, limits: Record<string, number> = {}) {
    const { asked, starts } = await serveHosts();
    const job = makeJob({
      sources: starts.map((start) => ({ crawl: { start } })),
      pages: {
        default: {
          follow: [{ select: 'a', priority: { attr: 'data-rank' } }],
          fields: { title: { select: 'h1' } },
        },
      },
      politeness: { robots: 'ignore', gapMs, slowDown: false },
      limits,
    });
    await startRun(account.ledger, account.queue, { id, job, baseDir: '', startedAt: Date.now() });
    let isOver = false;
    const work = async () => {
      const handler = makeWorkHandler();
      while (!isOver) {
        const records = await account.receive();
        await account.settle(records, await handler({ Records: records }, call));
        isOver ||= (await account.ledger.readRun(id))?.state !== 'running';
      }
    };
    await Promise.all([work(), work()]);
    return { asked, counts: await account.ledger.readCounts(id) };
  }

  it('asks each host for its best pages first, every page once', async () => {
    const { asked, counts } = await run('all');
    const pages = hosts * pagesPerHost;
    expect(asked).toHaveLength(pages);
    expect(counts).toMatchObject({ open: 0, stored: pages + hosts, admitted: pages + hosts });
    const byHost = [...Map.groupBy(asked, ({ host }) => host)].map(([host, own]) =>
      own.map(({ page }) => rankOf(host, page)),
    );
    for (const ranks of byHost) expect(shareInOrder(ranks)).toBeGreaterThanOrEqual(0.6);
    const ofAll = correlation(asked.map(({ host, page }) => rankOf(host, page)));
    const { writeUnits = 0 } = usageOf(counts);
    const within = byHost.map(shareInOrder).reduce((sum, share) => sum + share, 0) / hosts;
    console.log({ hosts, within, ofAll, writeUnitsPerPage: writeUnits / pages });
  });

  it('takes no more pages than maxPages, and ends the others as skipped for it', async () => {
    const { asked, counts } = await run('few', { maxPages: hosts + 20 });
    expect(asked).toHaveLength(20);
    expect(counts).toMatchObject({
      ...{ open: 0, stored: hosts + 20, 'reserved:pages': hosts + 20 },
      'skipped:LIMIT_PAGES': hosts * pagesPerHost - 20,
    });
  });
});
