import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBuilt, ownFile } from '../../shared/own-files.ts';
import type { DemoShop } from '../../testing/demo-shop/server.ts';
import { act, type CommonOptions, makeCommand, wholeNumber } from '../command.ts';
import type { RunOrder } from '../local/begin-runs.ts';
import { type Scraped, scrape } from '../local/scrape.ts';
import type { Output } from '../output.ts';

interface DemoOptions extends CommonOptions {
  port: number;
  maps?: boolean;
  keep?: boolean;
}

/** A project's own copy of the job. */
const ownCopy = join('config', 'quickstart.yaml');

/** In a clone, the shop alone is started by its own file, since it is no command. */
const openAgain = isBuilt ? 'npx spinneret demo --keep' : 'node testing/demo-shop/server.ts';

/** As it stands in config/quickstart.yaml. */
const writtenOrigin = 'http://127.0.0.1:8377';

export const demoCommand = makeCommand({
  name: 'demo',
  description:
    'Serves a small shop on this machine and scrapes it by config/quickstart.yaml. Nothing leaves the machine.',
  examples: [
    ['demo', 'what npm start does'],
    ['demo --maps', 'a search for places on a stand-in for Google Maps, what npm run demo:maps does'],
    ['demo --keep', 'leaves the shop open, to change the YAML and run it again from another terminal'],
  ],
})
  .option('--port <n>', 'port of the shop; another if it is taken', wholeNumber(1, 65_535), 8_377)
  .option('--maps', 'search a city of 20,000 places on a stand-in for Google Maps instead')
  .option('--keep', 'leave the shop open afterwards, until Ctrl-C')
  .action(
    act<DemoOptions>(async (output, options) => {
      if (options.maps === true) return await searchCity(output, options);
      const shop = await openShop(output, options.port);
      try {
        const { exitCode, isInterrupted } = await show(output, options, readJob(shop.origin), (runs) => {
          output.data({ type: 'started', runs, shop: shop.origin });
          output.note(`the demo shop is open at ${shop.origin}/; scraping it by config/quickstart.yaml`);
        });
        if (options.keep === true && !isInterrupted) await keepOpen(output, shop.origin);
        else if (isInterrupted) output.note(`(first open the shop again: ${openAgain})`);
        return exitCode;
      } finally {
        await shop.close();
      }
    }),
  );

async function searchCity(output: Output, options: DemoOptions): Promise<number> {
  const { makeCity } = await import('../../testing/demo-maps/city.ts');
  const { writeDemoJob } = await import('../../testing/demo-maps/demo-job.ts');
  const { startMaps } = await import('../../testing/demo-maps/server.ts');
  const maps = await startMaps({ city: makeCity({}), siteHosts: 20 });
  // The key of the stand-in replaces the user's own, which must not be sent to it.
  process.env['GOOGLE_PLACES_KEY'] = 'demo-key';
  try {
    const text = writeDemoJob({ url: maps.url, source: 'google-places' });
    const { exitCode } = await show(output, options, { text, file: 'demo-maps.yaml' }, (runs) => {
      output.data({ type: 'started', runs, maps: maps.url });
      output.note(
        `a stand-in for Google Maps is at ${maps.url}, with 20,000 places of a city that does not exist`,
      );
    });
    return exitCode;
  } finally {
    await maps.close();
  }
}

function show(
  output: Output,
  { settings }: DemoOptions,
  job: Pick<RunOrder, 'text' | 'file'>,
  onStarted: (runs: string[]) => void,
): Promise<Scraped> {
  const order = { ...job, ...(settings !== undefined && { settings }) };
  return scrape(output, order, ({ runs }) => onStarted(runs));
}

async function openShop(output: Output, port: number): Promise<DemoShop> {
  const { serveDemoShop } = await import('../../testing/demo-shop/server.ts');
  try {
    return await serveDemoShop({ port, gapLog: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const shop = await serveDemoShop({ gapLog: false });
    output.note(`port ${port} is taken, so the shop is at ${shop.origin}`);
    return shop;
  }
}

/** The project's own copy comes first, since users are invited to edit it. */
function readJob(origin: string): { text: string; file: string } {
  const file = existsSync(ownCopy) ? ownCopy : ownFile('config/quickstart.yaml');
  return { text: readFileSync(file, 'utf8').replaceAll(writtenOrigin, origin), file };
}

async function keepOpen(output: Output, origin: string): Promise<void> {
  const copying = existsSync(ownCopy) ? 'change' : `copy ${ownFile('config/quickstart.yaml')} to`;
  output.note(
    `the shop stays open at ${origin}/; ${copying} config/quickstart.yaml and, in another terminal:`,
  );
  output.note('  npx spinneret run config/quickstart.yaml      (Ctrl-C here closes the shop)');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}
