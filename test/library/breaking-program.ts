/** A program that takes one item of a run and has nothing else to do: it ends if the run has left nothing open. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type DefinedJob, defineJob, type ItemFacts, scrape } from '../../library/index.ts';

const [, , origin = '', folder = '', kind = ''] = process.argv;
const fields = { title: 'h1' };
const follow = ['a'];
const base = {
  name: 'breaking',
  network: 'allowPrivate' as const,
  politeness: { gapMs: 0 },
  sources: [{ crawl: { start: `${origin}/` } }],
};
const job: DefinedJob<ItemFacts> =
  kind === 'functions'
    ? defineJob({
        ...base,
        pages: { product: { match: '/p/*', handler: () => ({ items: [{ n: 1 }] }) }, default: { follow } },
      })
    : defineJob({ ...base, pages: { product: { match: '/p/*', fields }, default: { follow } } });
for await (const _ of scrape(job, { folder, settings: { processes: 1, batchSize: 5, batchesPerProcess: 1 } }))
  break;
const open = () => process.getActiveResourcesInfo().filter((name) => !name.endsWith('Wrap'));
// A last look at the run's progress may be under way.
for (let look = 0; look < 200 && open().length > 0; look += 1) await sleep(50);
console.log(JSON.stringify(open()));
