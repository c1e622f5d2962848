import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import project from '../../../package.json' with { type: 'json' };
import type { Contestant } from '../../peers/contestant.ts';
import { runPinned } from '../../peers/run-pinned.ts';
import { crawlArguments, crawledBy } from '../../peers/spinneret.ts';
import { checkWebItems } from '../check-web-items.ts';
import type { WebRow } from '../rows.ts';
import type { WebTrial } from '../web-trial.ts';

/** The real command line with every default but the gap: durable, deduplicated, robots.txt obeyed. */
export const spinneret: Contestant<WebTrial> = {
  name: 'spinneret',
  does: 'takes the list, extracts four fields, writes them as JSONL; durable, robots.txt obeyed',
  obtain: async () => `${project.version}, Node ${process.versions.node}`,
  prepare({ cwd, starts, addresses, row }) {
    writeFileSync(join(cwd, 'urls.txt'), `${starts.join('\n')}\n`);
    writeFileSync(join(cwd, 'job.yaml'), jobYaml(Math.max(starts.length, addresses.length), row));
  },
  run: (trial) => runPinned(process.execPath, crawlArguments, trial),
  async check({ cwd, addresses, bytes, row }, done) {
    const { folder, counts } = crawledBy(done, cwd);
    const isAll = counts.stored === addresses.length && counts.bytes === bytes;
    if (!isAll && !row.isSlow)
      throw new Error(`not ${addresses.length} pages of ${bytes} bytes: ${JSON.stringify(counts)}`);
    const file = join(folder, 'items.jsonl');
    const items = await checkWebItems(file, { addresses, urlKey: '_url', mayMiss: false });
    return { pages: counts.stored, items };
  },
};

function jobYaml(pages: number, { gapMs, follows }: WebRow): string {
  return `name: web
sources: [{ urls: { file: urls.txt } }]
pages:
  page:${follows ? "\n    follow: ['a[href]']" : ''}
    fields:
      title: { select: title, required: true }
      heading: { select: h1, required: true }
      author: { select: .author, required: true }
      published: { select: time.published, attr: datetime, required: true }
limits: { maxPages: ${pages + 1} }
politeness: { gapMs: ${gapMs} }
network: allowPrivate
`;
}
