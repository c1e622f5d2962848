import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { makeWorkHandler } from '../../functions/work.ts';
import { usageOf } from '../../shared/cost/cost.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
import type { Job } from '../../shared/job/schema.ts';
import { type BareAccount, functionSettings, openBareAccount } from '../aws/bare-account.ts';
import { describeWith } from '../aws/describe-with.ts';
import { paths, type SitePages, type SiteRequest, serveSite } from '../engine/site.ts';
import { makeJob } from '../engine/world.ts';

const call = { getRemainingTimeInMillis: () => 120_000 };
const pages = 500;
const batchSize = 25;

// Which bills a transaction twice, as DynamoDB does.
await describeWith('ministack', 'the write units of a run that comes again', (connection) => {
  let account: BareAccount;
  beforeAll(async () => {
    account = await openBareAccount(connection);
    const settings = JSON.stringify({ ...functionSettings, batchSize });
    Object.assign(process.env, account.env, {
      AWS_EC2_METADATA_DISABLED: 'true',
      [functionEnv.settings]: settings,
    });
  });
  afterAll(() => account.close());

  const runToEnd = async (id: string, job: Job) => {
    await startRun(account.ledger, account.queue, { id, job, baseDir: '', startedAt: Date.now() });
    const work = makeWorkHandler();
    for (let records = await account.receive(); records.length > 0; records = await account.receive()) {
      await account.settle(records, await work({ Records: records }, call));
    }
    const counts = await account.ledger.readCounts(id);
    return { counts, writeUnits: usageOf(counts).writeUnits ?? 0 };
  };

  it('are 0.3 at most for each page that has not changed, at full batches', async () => {
    const versions = new Map<string, number>();
    const answer = ({ headers, path }: SiteRequest) => {
      const etag = `"${versions.get(path) ?? 1}"`;
      if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
      return { body: `<h1>${path} ${versions.get(path) ?? 1}</h1>`, headers: { etag } };
    };
    const site = await serveSite(
      Object.fromEntries(paths(pages).map((path) => [path, answer])) satisfies SitePages,
    );
    onTestFinished(() => site.close());
    const job = makeJob({
      sources: [{ urls: { list: paths(pages, site.origin) } }],
      pages: { default: { fields: { title: 'h1' } } },
      politeness: { robots: 'ignore' },
      recrawl: { verify: 0 },
    });
    const run = async (id: string, budget?: number) => {
      const recrawl = { verify: 0, ...(budget === undefined ? {} : { budget }) };
      const { counts, writeUnits } = await runToEnd(id, { ...job, recrawl });
      return { counts, unitsPerPage: writeUnits / pages };
    };
    const first = await run('r1');
    expect(first.counts).toMatchObject({ open: 0, stored: pages, 'change:pages:new': pages });
    const second = await run('r2');
    expect(second.counts).toMatchObject({ open: 0, stored: pages, 'change:pages:unchanged': pages });
    expect(second.unitsPerPage).toBeLessThanOrEqual(0.3);
    expect(first.unitsPerPage).toBeGreaterThan(2);
    // All are due once more, and counted by how often they change.
    await run('r3', 100);
    const last = await run('r4', 100);
    expect(last.counts).toMatchObject({ open: 0, stored: pages, 'change:pages:unchanged': pages });
    expect(last.counts['notDue']).toBeGreaterThan(pages - 140);
    expect(last.unitsPerPage).toBeLessThanOrEqual(0.3);
    console.log('write units per page', first.unitsPerPage, second.unitsPerPage, last.unitsPerPage);
  });

  it('are two more for each new item with a key, one where it has moved, and none where it has not', async () => {
    const [lists, perList] = [25, 8];
    let stock = Array.from({ length: lists * perList - 1 }, (_, index) => `sku ${index}`);
    const answer = ({ path }: SiteRequest) => {
      const list = Number(path.slice(1));
      const shown = stock.slice(list * perList, (list + 1) * perList);
      return { body: `<ul>${shown.map((sku) => `<li><b>${sku}</b></li>`).join('')}</ul>` };
    };
    const names = Array.from({ length: lists }, (_, list) => `/${list}`);
    const site = await serveSite(Object.fromEntries(names.map((path) => [path, answer])));
    onTestFinished(() => site.close());
    const job = makeJob({
      name: 'keyed',
      sources: [{ urls: { list: names.map((path) => site.origin + path) } }],
      pages: { default: { each: 'li', key: 'sku', fields: { sku: 'b' } } },
      politeness: { robots: 'ignore' },
      recrawl: { verify: 0 },
    });
    const first = await runToEnd('k1', job);
    expect(first.counts).toMatchObject({ open: 0, 'change:items:new': stock.length });
    const second = await runToEnd('k2', job);
    expect(second.counts).toMatchObject({ open: 0, 'change:items:unchanged': stock.length });
    const perItem = (first.writeUnits - second.writeUnits - 2 * lists) / stock.length;
    stock = ['sku new', ...stock.slice(0, 100), ...stock.slice(101)];
    const third = await runToEnd('k3', job);
    expect(third.counts).toMatchObject({
      ...{ open: 0, 'change:items:new': 1, 'change:items:gone': 1 },
      'change:items:unchanged': stock.length - 1,
    });
    console.log('write units', first.writeUnits, second.writeUnits, third.writeUnits, perItem);
    expect(perItem).toBeGreaterThan(1.9);
    expect(perItem).toBeLessThan(2.2);
    // Each list up to that of the item that is gone has another one, and is written again.
    expect(third.writeUnits - second.writeUnits).toBeLessThan(2 * lists + 10);
  });
});
