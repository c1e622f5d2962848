import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { openPoolSite } from '../engine/pool-site.ts';
import { enterWorld } from '../engine/setting.ts';
import { driveRun, outcomesOf } from '../engine/world.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/from-crawlee-sessions.md'), 'utf8');
const [shop = '', accounts = ''] = [...page.matchAll(/```yaml\n([^`]+)```/g)].map(([, yaml = '']) => yaml);
const key = Buffer.alloc(32, 3).toString('base64');

it('shows a job whose pool takes all pages of a site that loses patience with its visitors', async () => {
  const site = await openPoolSite({ pages: 20, pagesPerVisitor: 6, refusal: 200 });
  const here = shop
    .replaceAll('https://shop.example.com', site.origin)
    .replaceAll('shop.example.com', site.host);
  const [loaded] = parseJobs(
    `${here}\nnetwork: allowPrivate\npoliteness: { gapMs: 0 }\nfetch: { concurrencyPerHost: 1 }\n`,
    'shop.yaml',
  );
  if (loaded === undefined) throw new Error('no job on the page');
  const world = enterWorld({}, { SPINNERET_SESSION_KEY: key });
  await world.start('r', loaded.job);
  await driveRun(world, 'r', world.newProcess('p'));
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  const titles = items.map(({ fields }) => fields['title']).sort();
  expect(titles).toEqual(['Home', ...Array.from({ length: 20 }, (_, n) => `Page /p/${n + 1}`)].sort());
  const refused = site.log.filter(({ isRefused }) => isRefused).length;
  const counts = await world.ledger.readCounts('r');
  expect(refused).toBeGreaterThan(0);
  expect(counts).toMatchObject({ 'sessions:rotated': refused, 'sessions:retired': refused });
});

it('shows accounts that are a list in one variable', () => {
  const job = `name: a\nsources: [{ crawl: { start: https://api.example.com/ } }]\npages: { p: {} }\n${accounts}`;
  expect(parseJobs(job, 'a.yaml')[0]?.job.sessions?.['member']?.accounts).toBe('${env:API_KEYS}');
});
