import { expect, it } from 'vitest';
import type { Renderer } from '../../shared/browser/types.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { sweepRun } from '../../shared/engine/run/sweep.ts';
import { runBatch } from '../../shared/engine/run-batch.ts';
import type { Batch } from '../../shared/model.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { itemLines, makeJob, outcomesOf, type World } from './world.ts';

const linksTo = (...paths: string[]) => ({
  body: paths.map((path) => `<a href="${path}">${path}</a>`).join(''),
});
const products = Array.from({ length: 12 }, (_, index) => `/p/${index}`);
const site = () =>
  openSite({
    '/list': linksTo(...products, '/about'),
    '/about': linksTo('/p/extra'),
    '/p/extra': { body: '<i></i>' },
    ...Object.fromEntries(products.map((path) => [path, { body: '<i></i>' }])),
  });

const jobOf = (origin: string, changes: object = {}) =>
  makeJob({
    sources: [{ crawl: { start: `${origin}/list` } }],
    pages: {
      product: { match: '**/p/*', render: 'browser', fields: { name: 'h1' } },
      default: { follow: ['a'] },
    },
    ...changes,
  });

/** Stands in for a browser: what it makes of a page is its address. */
const renderer: Renderer = {
  render: async ({ answer }) => ({
    html: Buffer.from(`<h1>${new URL(answer.url).pathname}</h1>`),
    missing: {},
    answers: [],
  }),
  walk: async () => {
    throw new Error('none walks');
  },
  close: async () => undefined,
};

/** A world whose processes have a browser or leave such pages to those that do. */
function enterSplitWorld() {
  const here = enterWorld({ batchSize: 50 }, {}, { makeRenderer: async () => renderer });
  const worker = here.newProcess('worker', undefined, { leavesPagesInBrowser: true });
  return {
    here,
    worker: { ...worker, hasBrowser: false },
    browser: { ...here.newProcess('browser'), hasBrowser: true },
  };
}

/** Delivers each batch to where its queue would bring it, and returns what went where. */
async function drive(here: World, { worker, browser }: { worker: Engine; browser: Engine }, wrong?: Engine) {
  const seen: { in: 'worker' | 'browser'; batch: Batch }[] = [];
  let first = wrong;
  for (;;) {
    const [delivery] = await worker.queue.receive({ runs: ['r'], max: 1 });
    if (delivery === undefined) {
      const { nextDueAt } = await here.queue.depth('r');
      if (nextDueAt === undefined) return seen;
      here.advance(Math.max(1, nextDueAt - here.now()));
      continue;
    }
    const isInBrowser = delivery.batch.inBrowser === true;
    const own = isInBrowser ? browser : worker;
    const end = await runBatch(isInBrowser && first !== undefined ? first : own, delivery);
    if (isInBrowser && first !== undefined) expect(end).toBe('deferred');
    else seen.push({ in: isInBrowser ? 'browser' : 'worker', batch: delivery.batch });
    if (isInBrowser) first = undefined;
  }
}

const expected = [...products, '/p/extra'].sort();

async function namesIn(here: World): Promise<unknown[]> {
  const outcomes = await outcomesOf(here, 'r');
  return outcomes.flatMap(({ items }) => items.map(({ fields }) => fields['name'])).sort();
}

it('pages of labels with render are in batches of their own, ten at most, and all others are in others', async () => {
  const { here, ...processes } = enterSplitWorld();
  await here.start('r', jobOf((await site()).origin));
  const seen = await drive(here, processes);
  for (const { in: where, batch } of seen) {
    const labels = new Set(batch.requests.filter(({ kind }) => kind === 'page').map(({ label }) => label));
    expect([where, labels.has('product')]).toEqual([where, where === 'browser']);
    if (where === 'browser') expect(batch.requests.length).toBeLessThanOrEqual(10);
  }
  expect(await namesIn(here)).toEqual(expected);
  expect(await expectAccounted(here, 'r')).toMatchObject({ rendered: 13, open: 0 });
});

it('a process without a browser reads none of them: it sends the batch on', async () => {
  const { here, ...processes } = enterSplitWorld();
  await here.start('r', jobOf((await site()).origin));
  await drive(here, processes, processes.worker);
  expect(await namesIn(here)).toEqual(expected);
});

it('batches that were lost are sent again to where they belong', async () => {
  const { here, ...processes } = enterSplitWorld();
  await here.start('r', jobOf((await site()).origin));
  const { worker } = processes;
  // All that is for the browser is lost.
  for (;;) {
    const [delivery] = await worker.queue.receive({ runs: ['r'], max: 1 });
    if (delivery === undefined) break;
    if (delivery.batch.inBrowser === true) await worker.queue.acknowledge([delivery]);
    else await runBatch(worker, delivery);
  }
  expect(await here.queue.depth('r')).toMatchObject({ waiting: 0 });
  const { sentAgain } = await sweepRun(here, 'r');
  expect(sentAgain).toBeGreaterThan(0);
  const seen = await drive(here, processes);
  expect(new Set(seen.map((one) => one.in))).toEqual(new Set(['browser']));
  expect(await namesIn(here)).toEqual(expected);
  await expectAccounted(here, 'r');
});

it('of a job with priorities all draws are for the browser, since it is not known what they draw', async () => {
  const { here, ...processes } = enterSplitWorld();
  const job = jobOf((await site()).origin, {
    pages: {
      product: { match: '**/p/*', render: 'browser', fields: { name: 'h1' }, priority: 5 },
      default: { follow: ['a'] },
    },
  });
  await here.start('r', job);
  const seen = await drive(here, processes);
  expect(seen.filter(({ batch }) => batch.draws !== undefined).map((one) => one.in)).not.toContain('worker');
  expect(await namesIn(here)).toEqual(expected);
});

it('where every process reads what it fetches, batches are as they were', async () => {
  const { here, browser } = enterSplitWorld();
  const { hasBrowser: _, ...local } = browser;
  await here.start('r', jobOf((await site()).origin));
  const seen = await drive(here, { worker: local, browser: local });
  expect(seen.map(({ batch }) => batch.inBrowser)).toEqual(seen.map(() => undefined));
  expect((await itemLines(here, 'r')).length).toBe(expected.length);
});
