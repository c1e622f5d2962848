import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineJob, scrape } from '../../library/index.ts';
import { openCliFolder } from '../cli/call-cli.ts';
import { serveSmallSite } from '../cli/small-site.ts';
import { readWarc, urlsOf } from '../cli/warc-records.ts';

const settings = { processes: 1, batchSize: 5, leaseMs: 2_000 };

describe('scrape of a job that keeps its pages', () => {
  it.each(['fields', 'a function'])(
    'keeps each once, of rules by %s, also after a break; the command line reads them',
    async (by) => {
      await using site = await serveSmallSite(20);
      using folder = openCliFolder();
      mkdirSync(join(folder.path, 'config'), { recursive: true });
      const handler = by === 'fields' ? {} : { handler: () => ({}) };
      const job = defineJob({
        name: 'small',
        keep: 'warc',
        network: 'allowPrivate',
        politeness: { gapMs: 0 },
        sources: [{ crawl: { start: `${site.origin}/` } }],
        pages: {
          product: { match: '/p/*', fields: { title: 'h1' }, ...handler },
          default: { follow: ['a'] },
        },
      });
      const broken = scrape(job, { folder: folder.path, settings });
      for await (const _ of broken) break;
      const items: unknown[] = [];
      const run = scrape(job, { folder: folder.path, settings, resume: broken.run });
      for await (const item of run) items.push((item as { title: string }).title);
      const { kept } = await run.summary();
      expect(kept?.pages).toBeGreaterThan(items.length);

      await folder.call('export', run.run, '--what', 'archive', '--output', 'pages');
      const urls = urlsOf(await readWarc(join(folder.path, 'pages/pages-00001.warc.gz')), 'response');
      expect(urls).toHaveLength(kept?.pages ?? 0);
      expect(new Set(urls).size).toBe(urls.length);

      folder.write(
        'job.yaml',
        `name: small
sources: [{ crawl: { start: "${site.origin}/" } }]
pages: { product: { match: /p/*, fields: { title: h1 } }, default: { follow: [a] } }
`,
      );
      expect((await folder.call('extract', run.run, '--job', 'job.yaml')).code).toBe(0);
      const [own = ''] = readdirSync(join(folder.path, 'output')).filter((name) => name !== run.run);
      const titles = folder.readLines(`output/${own}/items.jsonl`).map(({ title }) => title);
      expect(titles.sort()).toEqual(items.sort());
    },
    120_000,
  );
});
