import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { enterWorld, openSite } from '../engine/setting.ts';
import { driveRun, outcomesOf } from '../engine/world.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/from-crawl4ai.md'), 'utf8');
const text = 'A sentence of the guide, which is long enough to be read, and has commas, too. '
  .repeat(4)
  .trim();
const guide = (title: string, body: string) =>
  `<!doctype html><html lang=en><title>${title} | Docs</title><nav><a href="/guide/">Guide</a> <a href="/guide/b">B</a> <a href="/empty">E</a></nav>
<main><h1>${title}</h1><p>${text}</p><p>${text}</p>${body}</main><footer>Imprint</footer>`;

it('shows a job that makes Markdown of the main text of each page, and keeps pages without one apart', async () => {
  const site = await openSite({
    '/guide/': { body: guide('Start', '<pre><code class="language-sh">npm i</code></pre>') },
    '/guide/b': { body: guide('Options', '<table><tr><th>Name<th>Is<tr><td>a<td><a href="x">b</a></table>') },
    '/empty': { body: '<title>E</title><p>' },
  });
  const [, yaml = ''] = /```yaml\n([^`]+)```/.exec(page) ?? [];
  const [loaded] = parseJobs(
    `${yaml.replaceAll('https://docs.example.com', site.origin)}
network: allowPrivate
politeness: { gapMs: 0 }
`,
    'docs.yaml',
  );
  if (loaded === undefined) throw new Error('no job on the page');
  const world = enterWorld();
  await world.start('r', loaded.job);
  await driveRun(world, 'r', world.newProcess('p'));
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  const byPath = new Map(items.map((item) => [new URL(item.url).pathname, item]));
  expect(byPath.get('/guide/')?.fields).toMatchObject({
    title: 'Start | Docs',
    about: { language: 'en', date: null },
    markdown: [text, text, '```sh\nnpm i\n```'].join('\n\n'),
  });
  expect(byPath.get('/guide/b')?.fields['markdown']).toContain(
    `| Name | Is |\n| --- | --- |\n| a | [b](${site.origin}/guide/x) |`,
  );
  expect(byPath.get('/empty')).toMatchObject({ missing: expect.arrayContaining(['markdown']) });
});
