import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import project from '../../package.json' with { type: 'json' };
import { checkItems } from './check-items.ts';
import type { Contestant } from './contestant.ts';
import { type PinnedRun, runPinned } from './run-pinned.ts';

const main = join(import.meta.dirname, '../../cli/spinneret.js');

/** For Node: the crawl of `prepare`'s job. */
export const crawlArguments = [main, 'run', 'job.yaml', '--json', '--processes', '1'];

/** The real command line with every default but the gap: durable, deduplicated, robots.txt obeyed. */
export const spinneret: Contestant = {
  name: 'spinneret',
  does: 'crawls from the front page, extracts five fields, writes them as JSONL; durable',
  obtain: async () => `${project.version}, Node ${process.versions.node}`,
  prepare({ shop, cwd }) {
    writeFileSync(join(cwd, 'job.yaml'), jobYaml(shop));
  },
  run: (trial) => runPinned(process.execPath, crawlArguments, trial),
  async check({ shop, cwd }, done) {
    const { folder, counts } = crawledBy(done, cwd);
    const { admitted, stored, bytes } = counts;
    const isAll = admitted === shop.pages && stored === shop.pages && bytes === shop.bytes;
    if (!isAll) throw new Error(`not ${shop.pages} pages of ${shop.bytes} bytes: ${JSON.stringify(counts)}`);
    return { pages: stored, items: await checkItems(join(folder, 'items.jsonl'), shop, '_url') };
  },
};

/** What a crawl by `crawlArguments` in `cwd` left: the folder of its export, and what it counted. */
export function crawledBy(
  { stdout }: Pick<PinnedRun, 'stdout'>,
  cwd: string,
): { folder: string; counts: RunManifest['counts'] } {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  const { runs }: { runs: { run: string }[] } = JSON.parse(last);
  const folder = join(cwd, 'output', runs[0]?.run ?? '');
  const { counts } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunManifest;
  return { folder, counts };
}

interface RunManifest {
  counts: Record<'admitted' | 'stored' | 'bytes', number>;
}

/** What is taken of the page of a product, as a job has it below `fields`. */
export const productFields = `      name: { select: h1.name, required: true }
      sku: { select: .sku, required: true }
      brand: { select: .brand, required: true }
      price: { select: .price, type: number, required: true }
      image: { select: img.photo, attr: src, type: url, required: true }
`;

function jobYaml({ origin, pages }: { origin: string; pages: number }): string {
  return `name: peers
sources: [{ crawl: { start: ${origin}/ } }]
pages:
  product:
    match: /p/*
    follow: ['a[href]']
    fields:
${productFields}  default:
    follow: ['a[href]']
# Room for one more, so that a page too many is noticed.
limits: { maxPages: ${pages + 1} }
politeness: { gapMs: 0 }
network: allowPrivate
`;
}
