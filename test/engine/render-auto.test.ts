import { expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { describeBrowser, openRenderer } from '../browser/chromium.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SitePages } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

describeBrowser('render: auto', () => {
  const all = (body: string): SitePages => ({ '/page': { body } });

  /** What is read of each page, and how many were read in the browser. */
  async function read(site: SitePages, rule: Record<string, unknown>) {
    const { origin } = await openSite(site);
    const renderer = openRenderer();
    const world = enterWorld({}, {}, { makeRenderer: async () => renderer });
    const pages = { page: { match: '**', ...rule } };
    const urls = { list: Object.keys(site).map((path) => origin + path) };
    await world.start(
      'r',
      makeJob({ sources: [{ urls }], pages, politeness: { gapMs: 0, slowDown: false } }),
    );
    await driveRun(world, 'r', world.newProcess('a'));
    const outcomes = await outcomesOf(world, 'r');
    return {
      items: outcomes.flatMap(({ items }) => items.map(({ fields }) => fields['name'])),
      rendered: outcomes.reduce((sum, { counts }) => sum + (counts['rendered'] ?? 0), 0),
    };
  }

  it.each([
    ['Vue, Angular and Handlebars', '<h1>{{ name }}</h1>'],
    ['Underscore and EJS', '<h1>by &lt;%= name %></h1>'],
  ])('takes a placeholder for no value, as of %s', async (_, html) => {
    const body = `${html}<script>document.querySelector('h1').textContent = 'Product 1'</script>`;
    const found = await read(all(body), {
      render: 'auto',
      fields: { name: { select: 'h1', required: true } },
    });
    expect(found).toEqual({ items: ['Product 1'], rendered: 1 });
  });

  it.each([
    ['a number', '<h1>{{ p.price | currency }}</h1>', { select: 'h1', type: 'number' }, '12.5', 12.5],
    ['a pattern', '<h1>{{ n }} reviews</h1>', { select: 'h1', regex: '\\d+' }, '7 reviews', '7'],
    ['a word that says that it comes', '<h1>Loading…</h1>', { select: 'h1' }, 'Shoe', 'Shoe'],
    ['a template of JavaScript', '<h1>${price}</h1>', { select: 'h1' }, '9', '9'],
  ])('needs a browser where a value is none of its field: %s', async (_, html, name, shown, value) => {
    const body = `${html}<script>document.querySelector('h1').textContent = '${shown}'</script>`;
    const fields = { name, other: 'i' };
    const found = await read(all(`${body}<i>there</i>`), { render: 'auto', fields });
    expect(found).toEqual({ items: [value], rendered: 1 });
  });

  const more = `<ul><li><b>1</b></ul><button onclick="document.querySelector('ul').innerHTML += '<li><b>2</b>'; this.remove()">more</button>`;

  it('clicks what the page as it was sent holds to be clicked, and needs no browser where there is nothing', async () => {
    const rule = {
      render: { use: 'auto', click: { select: 'button' } },
      each: 'li',
      fields: { name: { select: 'b', required: true } },
    };
    expect(await read(all(more), rule)).toEqual({ items: ['1', '2'], rendered: 1 });
    expect(await read(all('<ul><li><b>1</b></ul>'), rule)).toEqual({ items: ['1'], rendered: 0 });
  });

  it('waits for what the page as it was sent does not hold', async () => {
    const rule = { render: { use: 'auto', waitFor: '.price' }, fields: { name: 'body' } };
    const late = `<h1>a</h1><script>setTimeout(() => { document.body.innerHTML = '<p class=price>9' }, 100)</script>`;
    expect(await read(all(late), rule)).toEqual({ items: ['9'], rendered: 1 });
    expect(await read(all(`<body><noscript><p class=price>5</p></noscript>${late}`), rule)).toEqual({
      items: ['9'],
      rendered: 1,
    });
    expect(await read(all('<p class=price>8'), rule)).toEqual({ items: ['8'], rendered: 0 });
  });
});

it('scrolls pages in the browser alone', () => {
  const text = `
name: j
sources: [{ crawl: { start: https://a.example } }]
pages: { default: { render: { use: auto, scroll: 3 } } }
`;
  expect(() => parseJobs(text, 'j.yaml')).toThrow(/use: browser, to scroll each page/);
});
