import { expect, it } from 'vitest';
import { describeBrowser, openRenderer } from '../browser/chromium.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SitePages } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

/** An application whose pages are routes of one document: a list at `#/`, one page for each part, one by `#!`. */
const pages: SitePages = {
  '/app': {
    body: `<!doctype html><link rel=canonical href="/app"><div id=app></div><script>
      const app = document.querySelector('#app');
      const show = () => {
        const [, kind, id] = location.hash.replace('#!', '#/').split('/');
        if (kind === 'part') app.innerHTML = '<h1>Part ' + id + '</h1><a href="#top">top</a><a href="/plain#/x">plain</a>';
        else app.innerHTML = '<a href="#/part/1?tab=a">1</a><a href="#/part/2">2</a><a href="#!part/3">3</a><a href="#/other">4</a>';
      };
      addEventListener('hashchange', show);
      show();
    </script>`,
  },
  '/moved': { status: 302, headers: { location: '/app' }, body: '' },
  '/plain': { body: '<h1>Plain</h1><a href="#/y">y</a>' },
};

const jobOf = (origin: string, start: string) =>
  makeJob({
    sources: [{ crawl: { start: origin + start } }],
    pages: {
      part: {
        match: ['/app#/part/*', '/app#!part/*', '/moved#/part/*'],
        render: 'browser',
        fields: { name: 'h1' },
        follow: ['a'],
      },
      list: { match: '/app#/', render: 'browser', follow: ['a'] },
      plain: { match: '/plain', fields: { name: 'h1' }, follow: ['a'] },
    },
    urls: { canonical: 'follow' },
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
  const items = outcomes.flatMap((outcome) => outcome.items);
  const named = items.map(({ url, fields }) => [url.slice(site.origin.length), fields['name']]);
  return { named: Object.fromEntries(named), counts, site };
}

describeBrowser('an application with its pages behind #', () => {
  it('is read route by route where its labels are rendered, and nowhere else', async () => {
    const { named, counts } = await crawl('/app#/');
    expect(named).toEqual({
      '/app#/part/1?tab=a': 'Part 1?tab=a',
      '/app#/part/2': 'Part 2',
      '/app#!part/3': 'Part 3',
      '/plain': 'Plain',
    });
    // "#/other" is a page without a label; the links of plain pages lead to themselves.
    expect(counts).toMatchObject({ stored: 5, 'refused:label': 1 });
  });

  it('keeps the route over a redirect that names none', async () => {
    const { named, site } = await crawl('/moved#/part/2');
    expect(named).toMatchObject({ '/app#/part/2': 'Part 2' });
    expect(site.hits('/moved')).toBe(1);
  });
});
