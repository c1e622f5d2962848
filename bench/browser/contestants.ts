import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import project from '../../package.json' with { type: 'json' };
import { findChromium } from '../../shared/browser/find-chromium.ts';
import { checkItems } from '../peers/check-items.ts';
import type { Checked, Contestant } from '../peers/contestant.ts';
import { type InstallationSteps, install, npmSteps, pipSteps } from '../peers/install.ts';
import { type PinnedOptions, runPinned } from '../peers/run-pinned.ts';
import { crawlArguments, crawledBy, productFields } from '../peers/spinneret.ts';
import type { ScriptedShop } from './apps.ts';

/** One run of one contestant, in an empty folder of its own (`cwd`). */
export interface BrowserTrial extends PinnedOptions {
  shop: ScriptedShop;
}

/** The real command line with every default but the gap: durable, deduplicated, robots.txt obeyed. */
export const spinneret: Contestant<BrowserTrial> = {
  name: 'spinneret',
  does: 'four pages at once, each finds nothing of another; all that pages ask for goes through its own client; durable',
  obtain: async () => `${project.version}, Node ${process.versions.node}`,
  prepare({ shop, cwd }) {
    writeFileSync(join(cwd, 'urls.txt'), shop.urls.join('\n'));
    writeFileSync(join(cwd, 'job.yaml'), job);
    writeFileSync(join(cwd, 'settings.yaml'), 'browser: { sandbox: false }\n');
  },
  run: (trial) => runPinned(process.execPath, [...crawlArguments, '--settings', 'settings.yaml'], trial),
  async check({ shop, cwd }, done) {
    const { folder, counts } = crawledBy(done, cwd);
    if (counts.stored !== shop.products) throw new Error(`not ${shop.products}: ${JSON.stringify(counts)}`);
    return checkedItems(join(folder, 'items.jsonl'), shop, '_url');
  },
};

const job = `name: scripted
sources: [{ urls: { file: urls.txt } }]
pages:
  default:
    render: { waitFor: h1.name }
    fields:
${productFields}politeness: { gapMs: 0 }
network: allowPrivate
`;

function peer(
  name: string,
  does: string,
  { steps, version, command }: { steps: InstallationSteps; version: string; command: string[] },
): Contestant<BrowserTrial> {
  let folder = '';
  return {
    name,
    does,
    async obtain(signal) {
      folder = await install({ name, steps, signal });
      const pinned = readFileSync(join(folder, version), 'utf8').match(/[\w@/-]*playwright\W+[\d.]+/g) ?? [];
      return pinned.map((one) => one.replaceAll(/[": =]+/g, ' ')).join(', ');
    },
    prepare({ shop, cwd }) {
      writeFileSync(join(cwd, 'urls.txt'), shop.urls.join('\n'));
    },
    run(trial) {
      const [program = '', script = ''] = command.map((part) =>
        part === 'node' ? process.execPath : join(folder, part),
      );
      return runPinned(program, [script, findChromium(undefined)], trial);
    },
    check: ({ shop, cwd }) => checkedItems(join(cwd, 'items.jsonl'), shop, 'url'),
  };
}

export const crawlee = peer(
  'crawlee-playwright',
  'PlaywrightCrawler, four pages at once, no sessions, nothing kept on disk',
  {
    steps: npmSteps,
    version: 'package.json',
    command: ['node', 'crawl.mjs'],
  },
);

export const scrapy = peer(
  'scrapy-playwright',
  'four pages at once in one context, its own selectors and feed',
  {
    steps: pipSteps,
    version: 'requirements.txt',
    command: ['venv/bin/python', 'spider.py'],
  },
);

async function checkedItems(file: string, shop: ScriptedShop, urlKey: string): Promise<Checked> {
  return { pages: shop.products, items: await checkItems(file, shop, urlKey) };
}
