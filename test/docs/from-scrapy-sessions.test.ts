import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { openLoginSite } from '../engine/login-site.ts';
import { enterWorld } from '../engine/setting.ts';
import { driveRun, outcomesOf } from '../engine/world.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/from-scrapy-sessions.md'), 'utf8');

it('shows a job that logs in and takes all pages', async () => {
  const site = await openLoginSite({ pages: 5, pagesPerSession: 4 });
  const [, yaml = ''] = /```yaml\n([^`]+)```/.exec(page) ?? [];
  const text = `${yaml.replaceAll('https://wiki.example.com', site.origin).replaceAll('wiki.example.com', site.host)}
network: allowPrivate
politeness: { gapMs: 0 }
`;
  const [loaded] = parseJobs(text, 'wiki.yaml');
  if (loaded === undefined) throw new Error('no job on the page');
  const key = Buffer.alloc(32, 3).toString('base64');
  const world = enterWorld({}, { WIKI_PASS: site.password, SPINNERET_SESSION_KEY: key });
  await world.start('r', loaded.job);
  await driveRun(world, 'r', world.newProcess('p'));
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  const titles = items.filter(({ missing }) => missing === undefined).map(({ fields }) => fields['title']);
  expect(titles.sort()).toEqual(['Home', 'Page /p/1', 'Page /p/2', 'Page /p/3', 'Page /p/4', 'Page /p/5']);
  expect(site.logins()).toBeGreaterThan(1);
  expect(site.log.map(({ path }) => path)).not.toContain('/logout');
});
