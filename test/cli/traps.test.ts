import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judgeCrawl, serveTrapSite, trapJob } from '../engine/traps/trap-site.ts';
import { type Call, openCliFolder } from './call-cli.ts';

function workersOf({ child: { pid } }: Call): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number).filter(Boolean);
}

it.skipIf(process.platform !== 'linux')(
  'four processes, killed on the way, leave the traps of a site and miss no page but behind many empty ones of a calendar',
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
    // In which order four processes read a calendar is not certain, and so not which events its empty pages hide.
    const isOfCalendar = (path: string) => path.startsWith('/event/');
    expect([...missedPages, ...missedItems].filter((path) => !isOfCalendar(path))).toEqual([]);
    expect(missedPages.filter(isOfCalendar).length).toBeLessThanOrEqual(2);
    // However large the site is: one process fetches some 350.
    expect(ofTraps).toBeLessThanOrEqual(500);
  },
);
