/** A program that scrapes, says the name of its run at the first item, and waits to be killed. */
import { defineJob, scrape } from '../../library/index.ts';

const [, , origin = '', folder = ''] = process.argv;
const job = defineJob({
  name: 'killed',
  network: 'allowPrivate',
  politeness: { gapMs: 0 },
  sources: [{ crawl: { start: `${origin}/` } }],
  pages: {
    product: { match: '/p/*', fields: { title: 'h1', price: { select: '.price', type: 'number' } } },
    default: { follow: ['a'] },
  },
});
const run = scrape(job, { folder, settings: { processes: 1, batchSize: 5, leaseMs: 2_000 } });
for await (const _ of run) {
  console.log(run.run);
  await new Promise(() => setInterval(() => undefined, 1_000));
}
