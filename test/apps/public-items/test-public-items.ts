import { expect, it } from 'vitest';
import { describeBrowser, sandbox } from '../../browser/chromium.ts';
import { openCliFolder } from '../../cli/call-cli.ts';
import { byText, withoutNothing } from '../compare-items.ts';
import { failuresOf, itemsOf } from '../project.ts';
import { type App, describeApp, startApp } from '../start-app.ts';

/** How a page's item is read. */
const ways = ['css', 'xpath', 'data'] as const;
type Way = (typeof ways)[number];

export interface PublicItems {
  /** A job of the application's name whose items hold the same item once for each way, in a field of its name. */
  job(app: App): string;
  /** Every public item of the truth by the ways in which it is read, without fields that have no value. */
  wanted: { readonly [way in Way]?: readonly object[] };
  /** Its pages are made by scripts, and read in a browser. @default false */
  isRendered?: boolean;
  /** Brings an item into the shape of the truth. @default as it is */
  inShape?(item: Record<string, unknown>): Record<string, unknown>;
}

/** A crawl without an account, against what the application knows of itself. */
export function testPublicItems(name: string, describe: () => PublicItems): void {
  const body = () => {
    const { isRendered = false, ...items } = describe();
    const inBrowser = isRendered ? describeBrowser : (_: string, tests: () => void) => tests();

    inBrowser('in a browser', () => testItems(name, items));
  };
  describeApp(name, body, { isLong: true });
}

function testItems(name: string, { job, wanted, inShape = (item) => item }: PublicItems): void {
  it(`gives every public item, the same by each of ${Object.keys(wanted).join(', ')}`, async () => {
    await using app = await startApp(name);
    using folder = openCliFolder();
    folder.write('config/settings.yaml', `browser: { sandbox: ${sandbox} }\n`);
    folder.write('items.yaml', job(app));
    const run = await folder.call('run', 'items.yaml', '--processes', '2');
    expect(run.code, `${run.stdout}\n${run.stderr}\n${failuresOf(folder, name)}`).toBe(0);
    const items = itemsOf(folder, name);
    for (const way of ways) {
      const truth = wanted[way] ?? [];
      const taken = items.flatMap((item) => itemIn(item[way])).map((item) => withoutNothing(inShape(item)));
      expect(taken.toSorted(byText), way).toEqual(truth.toSorted(byText));
    }
    console.log(`${name}: ${items.length} items by ${Object.keys(wanted).join(', ')}`);
  });
}

/** Pages of lists are no items. */
function itemIn(value: unknown): Record<string, unknown>[] {
  return typeof value === 'object' && value !== null ? [{ ...value }] : [];
}
