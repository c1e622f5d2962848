import { expect, it } from 'vitest';
import { joinFacts } from '../../shared/export/join-facts.ts';
import { recordsOf } from '../../shared/export/records.ts';
import type { Json } from '../../shared/model.ts';
import { describeBrowser, openRenderer, render, rule } from '../browser/chromium.ts';
import { keptIn, storeOf } from './downloads/setting.ts';
import { enterWorld, openSite } from './setting.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

interface Captured {
  path: string;
  sha256: string;
  bytes: number;
  type: string;
}

const list = (height: number) =>
  `<!doctype html><title>t</title><style>body { margin: 0 }</style><p><b>a</b></p><p><b>b</b></p><div style="height: ${height}px"></div>
   <script>document.querySelector('b').textContent = 'made by a script'</script>`;

/** Crawls one page that a browser reads, with two items. */
async function crawl(body: string, ofLabel: Record<string, unknown>, job: Record<string, unknown> = {}) {
  const renderer = openRenderer();
  const openFiles = (folder: string) => storeOf(folder);
  const here = enterWorld({}, {}, { makeRenderer: async () => renderer, openFiles });
  const site = await openSite({ '/items': { body } });
  const whole = makeJob({
    sources: [{ urls: { list: [`${site.origin}/items`], label: 'items' } }],
    pages: { items: { render: ofLabel, each: 'p', fields: { text: 'b' } } },
    politeness: { gapMs: 0, slowDown: false },
    ...job,
  });
  await here.start('r', whole);
  await driveRun(here, 'r', here.newProcess('a'));
  const outcomes = await outcomesOf(here, 'r');
  const complete = await joinFacts(here.outcomes, 'r', whole, ({ name }) => `files/${name}`);
  const items = outcomes.flatMap((outcome) => recordsOf(outcome, 'items')).map((item) => complete?.(item));
  const fact = outcomes.flatMap(({ pages }) => pages).find(({ kind }) => kind === 'page');
  return { items, fact, kept: keptIn(here) };
}

const captureOf = (item: Record<string, Json> | undefined) => item?.['_capture'] as unknown as Captured;

/** Width and height of a PNG, from its head. */
function sizeOf(png: Uint8Array): [number, number] {
  const head = new DataView(png.buffer, png.byteOffset);
  return [head.getUint32(16), head.getUint32(20)];
}

describeBrowser('a label with a capture', () => {
  it.each([
    ['screenshot', 'image/png', /^files\/items-[0-9a-f]{16}\.png$/],
    ['pdf', 'application/pdf', /^files\/items-[0-9a-f]{16}\.pdf$/],
  ])('%s: one file, which each item of the page names', async (capture, type, path) => {
    const { items, fact, kept } = await crawl(list(100), { capture });
    expect(items.map((item) => item?.['text'])).toEqual(['made by a script', 'b']);
    const [first, second] = items.map(captureOf);
    expect(first).toMatchObject({ type, path: expect.stringMatching(path) });
    expect(second).toEqual(first);
    expect(kept).toEqual({ whole: [first?.sha256], parts: [] });
    expect(fact).toMatchObject({ end: 'stored', file: { sha256: first?.sha256, bytes: first?.bytes } });
  });

  it('one that is larger than files may be is left out, and the page says so', async () => {
    const { items, fact, kept } = await crawl(
      list(100),
      { capture: 'screenshot' },
      { files: { maxFileBytes: 100 } },
    );
    expect(items).toHaveLength(2);
    expect(items.map(captureOf)).toEqual([undefined, undefined]);
    expect(kept.whole).toEqual([]);
    expect(fact).toMatchObject({ code: 'RENDERED_PARTLY', message: expect.stringContaining('maxFileBytes') });
  });

  it('of a page that is no item, nothing is kept', async () => {
    const { fact, kept } = await crawl(
      list(100),
      { capture: 'screenshot' },
      {
        pages: {
          items: { render: { capture: 'screenshot' }, unless: { select: 'p' }, fields: { text: 'p' } },
        },
      },
    );
    expect(fact).toMatchObject({ code: 'RULED_OUT' });
    expect(kept.whole).toEqual([]);
  });
});

describeBrowser('a capture', () => {
  it('shows the whole page, up to what a picture can hold', async () => {
    const renderer = openRenderer();
    const capture = async (height: number) => {
      const wanted = { rule: { ...rule, capture: 'screenshot' as const }, maxCaptureBytes: 50e6 };
      const page = await render(renderer, list(height), wanted);
      return { size: sizeOf(page.capture ?? new Uint8Array(24)), missing: page.missing };
    };
    const low = await capture(3_000);
    expect(low.missing).toEqual({});
    expect(low.size[1]).toBeGreaterThan(3_000);
    expect(low.size[1]).toBeLessThan(3_200);
    expect(await capture(40_000)).toMatchObject({ size: [1280, 16_384], missing: { capture: 1 } });
  });

  it('is not taken where nothing keeps it', async () => {
    const page = await render(openRenderer(), list(10), { rule: { ...rule, capture: 'screenshot' } });
    expect(page).toMatchObject({ missing: {} });
    expect(page.capture).toBeUndefined();
  });
});
