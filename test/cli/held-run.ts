import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Call, type CliFolder, openCliFolder } from './call-cli.ts';
import { type SmallSite, serveSmallSite, smallJob } from './small-site.ts';

export const pages = 60;

/** Titles of all complete items, sorted. */
export const completeTitles = Array.from({ length: pages }, (_, index) => index + 1)
  .filter((number) => number % 10 !== 0)
  .map((number) => `Page ${number}`)
  .sort();

export interface HeldRun extends AsyncDisposable {
  site: SmallSite;
  folder: CliFolder;
  call: Call;
  /** Titles of the items exported, sorted. */
  titles(): unknown[];
}

/** A run that is held while its first pages are under way, until `site.release`. */
export async function holdRun(options: { ownGroup?: boolean; processes?: string } = {}): Promise<HeldRun> {
  const site = await serveSmallSite(pages);
  const folder = openCliFolder();
  folder.write('small.yaml', smallJob(site.origin));
  const call = folder.start(['run', 'small.yaml', '--processes', options.processes ?? '1'], options);
  await call.said('started small-');
  await site.asked(1);
  site.hold();
  // The job lets each process have two requests under way.
  await site.asked(3);
  return {
    site,
    folder,
    call,
    titles() {
      const [run = ''] = readdirSync(join(folder.path, 'output'));
      const items = folder.readLines(`output/${run}/items.jsonl`);
      return items.map(({ title }) => title).sort();
    },
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
      await site[Symbol.asyncDispose]();
    },
  };
}
