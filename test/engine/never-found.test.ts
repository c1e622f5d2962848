import { describe, expect, it } from 'vitest';
import { neverFoundOf, neverFoundText } from '../../shared/observe/never-found.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { expectAccounted } from './accounts.ts';

import { enterWorld, openSite } from './setting.ts';
import type { SitePages } from './site.ts';
import { driveRun, makeJob } from './world.ts';

const products = Object.fromEntries(
  [1, 2, 3, 4, 5, 6].map((id) => [`/p/${id}`, { body: `<h1>P${id}</h1><i>${id === 3 ? 'rare' : ''}</i>` }]),
);
const shop: SitePages = {
  '/list': {
    body: `<ul>${Object.keys(products)
      .map((path) => `<li class=p><a href=${path}>p</a></li>`)
      .join('')}
      <li class=next><span><a href=/list?page=2>next</a></span></li></ul>`,
  },
  ...products,
};
const product = { match: '/p/*', fields: { title: 'h1', rare: 'i', price: '.price', at: { page: 'url' } } };

/** The notes of a run over the shop, and its counts. */
async function notesOf(pages: Record<string, object>, site: SitePages = shop, start = '/list', json = false) {
  const { origin } = await openSite(site);
  const world = enterWorld();
  const sources = json
    ? [{ rest: { url: `${origin}${start}`, label: 'api', items: 'entries' } }]
    : [{ crawl: { start: `${origin}${start}` } }];
  await world.start('r', makeJob({ sources, pages, fetch: { attempts: 1 } }));
  await driveRun(world, 'r', world.newProcess('p'));
  const counts = await expectAccounted(world, 'r');
  const run = await world.ledger.readRun('r');
  if (run === undefined) throw new Error('the run is gone');
  const lines = summaryLines(summarise({ ...run, state: 'finished' }, counts, 0));
  return { notes: neverFoundOf(run, counts).map(neverFoundText), counts, lines };
}

describe('a finished run', () => {
  it('names the follow rule and the field that found nothing on any page, and those alone', async () => {
    const list = { match: '/list', follow: ['li.next a', 'li.next > a', 'li.p a'] };
    const { notes, lines } = await notesOf({ list, product });
    expect(notes).toEqual([
      'follow li.next > a of list: no link on any of 2 pages',
      'field price of product: no value on any of 6 pages',
    ]);
    expect(lines.slice(-3)).toEqual([
      '  rules   found nothing; see what a page gives: npx spinneret try URL',
      ...notes.map((note) => `          ${note}`),
    ]);
  });

  it('names no rule whose links another rule took first, or that are left out as nofollow', async () => {
    const site = { ...shop, '/list': { body: '<a href=/p/1>1</a><b><a href=/p/2 rel=nofollow>2</a></b>' } };
    const { notes } = await notesOf({ list: { match: '/list', follow: ['a', 'a', 'b a'] } }, site);
    expect(notes).toEqual([]);
  });

  it('names a rule whose patterns leave out each link, and a label that no page had', async () => {
    const follow = [{ select: 'li.p a', match: '/q/*' }];
    const { notes } = await notesOf({ list: { match: '/list', follow }, product });
    expect(notes).toEqual([
      'follow li.p a match /q/* of list: no link on its only page',
      'no page was a product',
    ]);
  });

  it('names a list without items, and not its fields besides', async () => {
    const list = { match: '/list', follow: ['li.p a'], each: '.card', fields: { name: 'b' } };
    const { notes } = await notesOf({ list, product: { ...product, each: 'h1', fields: { none: 'u' } } });
    expect(notes).toEqual([
      'each .card of list: no item on its only page',
      'field none of product: no value on any of 6 pages',
    ]);
  });

  it('adds pages without items to those whose items lack the value', async () => {
    const rule = { match: '/p/*', each: 'i:not(:empty)', fields: { none: 'u', own: { constant: 1 } } };
    const { notes, counts } = await notesOf({ list: { match: '/list', follow: ['li.p a'] }, product: rule });
    expect(counts).toMatchObject({
      'label:product:stored': 6,
      'label:product:lacks:items': 5,
      'label:product:lacks:fields.none': 1,
    });
    expect(notes).toEqual(['field none of product: no value on any of 6 pages']);
  });

  it('names parts of nested fields, the list of an API, and a rule by path', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = '{"entries":[{"offers":[{"price":1},{"price":2}],"x":""}]}';
    const fields = {
      offers: {
        path: 'offers',
        list: true,
        fields: { price: { path: 'price' }, currency: { path: 'currency' } },
      },
      x: { path: 'x' },
    };
    const rule = { follow: [{ path: 'link' }], fields };
    expect((await notesOf({ api: rule }, { '/api': { headers, body } }, '/api', true)).notes).toEqual([
      'field offers.currency of api: no value on its only page',
      'field x of api: no value on its only page',
      'follow link of api: no link on its only page',
    ]);
    const empty = { '/api': { headers, body: '{"entries":[]}' } };
    expect((await notesOf({ api: { fields } }, empty, '/api', true)).notes).toEqual([
      'the list of api: no item on its only page',
    ]);
  });

  it('names no condition that never held', async () => {
    const rule = {
      ...product,
      fields: { title: 'h1' },
      unless: { select: '#gone' },
      retryIf: { select: '#busy' },
    };
    const { notes } = await notesOf({ list: { match: '/list', follow: ['li.p a'] }, product: rule });
    expect(notes).toEqual([]);
  });
});
