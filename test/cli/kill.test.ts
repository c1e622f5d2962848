import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoShop, serveDemoShop } from '../../testing/demo-shop/server.ts';
import { demoShopTruth } from '../../testing/demo-shop/truth.ts';
import { type Call, type CliFolder, openCliFolder, parseLines } from './call-cli.ts';

const products = 60;
let shop: DemoShop;
beforeAll(async () => {
  shop = await serveDemoShop({ products });
});
afterAll(() => shop.close());

const quickstart = readFileSync(join(import.meta.dirname, '../../config/quickstart.yaml'), 'utf8');

/** The quickstart, slow enough to be killed on the way. */
function writeJob(folder: CliFolder): void {
  const job = quickstart.replaceAll('http://127.0.0.1:8377', shop.origin).replace(/gapMs: 15/, 'gapMs: 12');
  folder.write('quickstart.yaml', job);
}

/** Resolves when the shop has been asked for so many more pages. */
async function requested(more: number): Promise<void> {
  const target = shop.log.length + more;
  while (shop.log.length < target) await new Promise((resolve) => setTimeout(resolve, 5));
}

function workersOf(call: Call): number[] {
  const { pid } = call.child;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').map(Number).filter(Boolean);
}

function exported(folder: CliFolder): unknown[] {
  const [run = ''] = readdirSync(join(folder.path, 'output'));
  return byUrl(folder.readLines(`output/${run}/items.jsonl`).map(withoutTracking));
}

/** Which of the addresses of a page is asked depends on which link to it comes first. */
function withoutTracking<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value).replaceAll(/\?utm_[^"\\]*/g, ''));
}

/** What the shop is known to hold, as complete items are exported. */
function expected(): unknown[] {
  const { products: shown, posts } = demoShopTruth({ origin: shop.origin, products });
  const complete = [...shown, ...posts].filter(({ missing }) => missing === undefined);
  return byUrl(complete.map(({ item, url, fields }) => ({ _item: item, _url: url, ...fields })));
}

function byUrl(items: Record<string, unknown>[]): Record<string, unknown>[] {
  return items.sort((a, b) => String(a['_url']).localeCompare(String(b['_url'])));
}

describe.skipIf(process.platform !== 'linux')('spinneret run, killed with SIGKILL', () => {
  it('loses nothing when a worker, every worker, the parent, or all die', async () => {
    using folder = openCliFolder();
    writeJob(folder);
    let call = folder.start(['run', 'quickstart.yaml', '--processes', '2']);
    await call.said('started quickstart-');

    await requested(15);
    for (const pid of workersOf(call).slice(0, 1)) process.kill(pid, 'SIGKILL');
    await requested(15);
    for (const pid of workersOf(call)) process.kill(pid, 'SIGKILL');
    await requested(15);
    call.child.kill('SIGKILL');
    await call.done;
    call = folder.start(['resume', '--last', '--processes', '2']);
    await requested(15);
    for (const pid of [call.child.pid ?? 0, ...workersOf(call)]) process.kill(pid, 'SIGKILL');
    await call.done;

    const last = await folder.call('resume', '--last', '--processes', '2', '--json');
    expect(last.code, last.stderr).toBe(0);
    expect(exported(folder)).toEqual(expected());

    // Every page of the shop has ended once, as the shop knows it must.
    const pages = await folder.call('export', '--last', '--what', 'pages');
    const ends = parseLines(pages.stdout)
      .map(withoutTracking)
      .map(({ url, end, code }) => `${url} ${end} ${code ?? ''}`);
    const truth = demoShopTruth({ origin: shop.origin, products }).pages;
    expect(ends.sort()).toEqual(
      truth.map(({ path, end, code }) => `${shop.origin}${path} ${end} ${code ?? ''}`).sort(),
    );
  });
});
