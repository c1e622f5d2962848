import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { makeWorkHandler } from '../../functions/work.ts';
import { usageOf } from '../../shared/cost/cost.ts';
import { functionEnv } from '../../shared/deployment/function-settings.ts';
import { startRun } from '../../shared/engine/run/start-run.ts';
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
      const start = { id, job: { ...job, recrawl }, baseDir: '', startedAt: Date.now() };
      await startRun(account.ledger, account.queue, start);
      const work = makeWorkHandler();
      for (let records = await account.receive(); records.length > 0; records = await account.receive()) {
        await account.settle(records, await work({ Records: records }, call));
      }
      const counts = await account.ledger.readCounts(id);
      return { counts, unitsPerPage: (usageOf(counts).writeUnits ?? 0) / pages };
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
});
