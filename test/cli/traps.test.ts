import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judgeCrawl, serveTrapSite, trapJob } from '../engine/traps/trap-site.ts';
import { type Call, openCliFolder } from './call-cli.ts';

function workersOf({ child: { pid } }: Call): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number).filter(Boolean);
}

it.skipIf(process.platform !== 'linux')(
  'four processes, killed on the way, leave the traps of a site and miss none of its pages',
  { timeout: 300_000 },
  async () => {
    await using site = await serveTrapSite(500);
    using folder = openCliFolder();
    const job = { name: 'traps', network: 'allowPrivate', ...trapJob(site.origin) };
    folder.write('traps.yaml', JSON.stringify({ ...job, politeness: { gapMs: 0, robots: 'ignore' } }));
    const call = folder.start(['run', 'traps.yaml', '--processes', '4']);
    await call.said('started traps-');
    for (const share of [0.2, 0.4, 0.6]) {
      while (site.log.length < share * site.pages.size)
        await new Promise((resolve) => setTimeout(resolve, 20));
      for (const pid of workersOf(call).slice(0, 2)) process.kill(pid, 'SIGKILL');
    }
    await call.done;
    const [run = ''] = readdirSync(join(folder.path, 'output'));
    const found = folder.readLines(`output/${run}/items.jsonl`).map(({ id }) => String(id));
    const { missedPages, missedItems, ofTraps } = judgeCrawl(site, found);
    expect({ missedPages, missedItems }).toEqual({ missedPages: [], missedItems: [] });
    // However large the site is: one process fetches some 350.
    expect(ofTraps).toBeLessThanOrEqual(500);
  },
);
