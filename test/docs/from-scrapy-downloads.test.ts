import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { enterWorld, openSite } from '../engine/setting.ts';
import { driveRun, outcomesOf } from '../engine/world.ts';
import { serveProxy } from '../fetch/proxies/local-proxies.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/from-scrapy-downloads.md'), 'utf8');

it('shows a job whose pages come through the proxies of its list and its file', async () => {
  const site = await openSite({
    '/': { body: '<h1>Home</h1><a href="/a">a</a><a href="/b">b</a>' },
    '/a': { body: '<h1>A</h1>' },
    '/b': { body: '<h1>B</h1>' },
  });
  const [ofList, ofFile] = [
    await serveProxy('http', { credentials: 'ann:secret' }),
    await serveProxy('socks5', { credentials: 'bob:pass' }),
  ];
  const [, yaml = ''] = /```yaml\n([^`]+)```/.exec(page) ?? [];
  const text = `${yaml
    .replaceAll('https://shop.example.com', site.origin)
    .replaceAll('proxy.example.com:8080', `127.0.0.1:${ofList.port}`)}
network: allowPrivate
politeness: { gapMs: 0 }
`;
  const [loaded] = parseJobs(text, 'shop.yaml');
  if (loaded === undefined) throw new Error('no job on the page');
  const world = enterWorld({}, { PROXY_PASS: 'secret' });
  writeFileSync(
    join(world.folder, 'proxies.txt'),
    `# one a line\n${ofFile.url.replace('://', '://bob:pass@')}\n`,
  );
  await world.start('r', loaded.job);
  await driveRun(world, 'r', world.newProcess('p'));
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  expect(items.map(({ fields }) => fields['title']).sort()).toEqual(['A', 'B', 'Home']);
  expect(ofList.credentials).toContain('ann:secret');
  expect(ofFile.credentials).toContain('bob:pass');
});
