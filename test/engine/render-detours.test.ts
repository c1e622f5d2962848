import { expect, it } from 'vitest';
import { describeBrowser, openRenderer } from '../browser/chromium.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SitePages, SiteRequest } from './site.ts';
import { driveRun, endsOf, makeJob, outcomesOf } from './world.ts';

describeBrowser('a page that goes on by itself in the browser', () => {
  async function read(pages: SitePages, rule: Record<string, unknown> = {}, more = {}) {
    const site = await openSite(pages);
    const renderer = openRenderer();
    const world = enterWorld({}, {}, { makeRenderer: async () => renderer });
    const job = makeJob({
      sources: [{ urls: { list: [`${site.origin}/page`] } }],
      pages: { page: { match: '**', render: 'browser', fields: { name: 'h1' }, ...rule } },
      politeness: { gapMs: 0, slowDown: false },
      ...more,
    });
    await world.start('r', job);
    await driveRun(world, 'r', world.newProcess('a'));
    const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
    return { site, items: items.map(({ fields }) => fields['name']), ends: await endsOf(world, 'r') };
  }

  const cookiesOf = ({ headers }: SiteRequest) => (headers.cookie ?? '').split('; ');

  it.each([
    ['to itself', 'location.reload()', '/page'],
    ['to another one', 'location = "/there"', '/there'],
  ])('takes the cookies along that its scripts have set, %s', async (_, goOn, to) => {
    const gate = {
      body: `<h1>gate</h1><script>if (!document.cookie.includes('seen')) { document.cookie = 'seen=1; path=/'; ${goOn} }</script>`,
    };
    const inside = {
      body: `<h1>inside</h1><script>
        fetch('/api').then((r) => r.text()).then((t) => { document.querySelector('h1').textContent += t + document.cookie })
      </script>`,
    };
    const gated = (request: SiteRequest) => (cookiesOf(request).includes('seen=1') ? inside : gate);
    const { items } = await read({
      '/page': to === '/page' ? gated : gate,
      '/there': gated,
      '/api': (request) => ({ body: ` with ${cookiesOf(request).join()}, ` }),
    });
    expect(items).toEqual(['inside with seen=1, seen=1']);
  });

  it('is shown, and asks, in the language that the job asks for it in', async () => {
    const { items } = await read(
      {
        '/page': {
          body: `<h1></h1><script>fetch('/api').then((r) => r.text()).then((t) => { document.querySelector('h1').textContent = navigator.language + ' ' + t })</script>`,
        },
        '/api': ({ headers }) => ({ body: (headers['accept-language'] ?? '').split(/[,;]/)[0] ?? '' }),
      },
      {},
      { fetch: { headers: { 'Accept-Language': 'de-AT, de;q=0.8' } } },
    );
    expect(items).toEqual(['de-AT de-AT']);
  });
});
