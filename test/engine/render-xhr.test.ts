import { expect, it } from 'vitest';
import { describeBrowser, openRenderer } from '../browser/chromium.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SitePages } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

const json = (body: string) => ({ headers: { 'content-type': 'application/json' }, body });

/** A list whose page asks for its two parts at once, the second of which comes first; another whose API has failed. */
const pages: SitePages = {
  '/list': {
    body: `<div id=app></div><script>
      for (const part of [1, 2]) fetch('/api/parts?page=' + part).then((r) => r.json());
      fetch('/api/menu').then((r) => r.json());
    </script>`,
  },
  '/api/parts?page=1': { ...json('{"parts":[{"id":"a","price":1},{"id":"b","price":2}]}'), delayMs: 300 },
  '/api/parts?page=2': json('{"parts":[{"id":"c","price":3}]}'),
  '/api/menu': json('{"parts":[{"id":"no part"}]}'),
  '/broken': { body: `<div id=app></div><script>fetch('/api/gone/parts')</script>` },
  '/api/gone/parts': { ...json('{"error":"gone"}'), status: 404 },
  '/polls': {
    body: `<div id=app></div><script>
      const ask = () => fetch('/api/parts?page=2').then((r) => r.json());
      ask().then(ask).then(ask);
    </script>`,
  },
  '/silent': { body: `<div id=app></div><script>fetch('/api/menu')</script>` },
};
const jobOf = (origin: string, start: string) =>
  makeJob({
    sources: [{ urls: { list: [origin + start], label: 'list' } }],
    pages: {
      list: {
        render: { from: 'xhr', match: ['**/parts', '**/parts?*'] },
        items: 'parts',
        fields: { id: { path: 'id', required: true }, price: { path: 'price', type: 'number' } },
      },
    },
    politeness: { gapMs: 0, slowDown: false },
  });

async function crawl(start: string) {
  const renderer = openRenderer();
  const here = enterWorld({}, {}, { makeRenderer: async () => renderer });
  const site = await openSite(pages);
  await here.start('r', jobOf(site.origin, start));
  await driveRun(here, 'r', here.newProcess('a'));
  const outcomes = await outcomesOf(here, 'r');
  const counts = await expectAccounted(here, 'r');
  const facts = outcomes.flatMap((outcome) => outcome.pages).filter(({ kind }) => kind === 'page');
  return { items: outcomes.flatMap((outcome) => outcome.items), facts, counts };
}

describeBrowser('a label that reads what the scripts of its pages got', () => {
  it('takes what scripts ask for again, and get again, once', async () => {
    const { items } = await crawl('/polls');
    expect(items.map(({ fields }) => fields['id'])).toEqual(['c']);
  });

  it('takes all answers that it names as the page, in the order of what asked for them', async () => {
    const { items, facts, counts } = await crawl('/list');
    expect(items.map(({ fields }) => fields)).toEqual([
      { id: 'a', price: 1 },
      { id: 'b', price: 2 },
      { id: 'c', price: 3 },
    ]);
    expect(facts).toMatchObject([{ end: 'stored', items: 3 }]);
    expect(counts).toMatchObject({ items: 3, stored: 1, rendered: 1 });
  });

  it.each([
    ['/broken', /got 404 from .*\/api\/gone\/parts/],
    ['/silent', /nothing that render.match names, but for GET .*\/api\/menu/],
  ])(
    '%s: fails where they got an error or nothing of it, and says what they asked for',
    async (start, message) => {
      const { items, facts } = await crawl(start);
      expect(items).toEqual([]);
      expect(facts).toMatchObject([
        { end: 'failed', code: 'XHR_MISSING', message: expect.stringMatching(message) },
      ]);
    },
  );
});
