import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { page, type SiteAnswer } from './site.ts';
import { driveRun, endsOf, makeJob, outcomesOf } from './world.ts';

const fields = { title: 'h1', price: { select: 'b', type: 'number' } };
const shell = (head = '') => ({
  body: `<!doctype html><head>${head}</head><body><noscript>Turn JavaScript on</noscript><div id=root></div><script src=/a.js></script>`,
});

async function run(first: SiteAnswer, rule: Record<string, unknown> = { fields }) {
  const site = await openSite({ '/1': first });
  const world = enterWorld();
  const sources = [{ urls: { list: [`${site.origin}/1`] } }];
  await world.start('r', makeJob({ sources, pages: { default: rule }, fetch: { attempts: 1 } }));
  await driveRun(world, 'r', world.newProcess('p'));
  const counts = await expectAccounted(world, 'r');
  const items = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.items);
  return { end: Object.values(await endsOf(world, 'r'))[0], items, counts };
}

describe('an answer that is no page', () => {
  it.each<[string, SiteAnswer, string]>([
    ['204', { status: 204 }, 'failed NO_CONTENT'],
    ['205', { status: 205 }, 'failed NO_CONTENT'],
    ['an unasked 304', { status: 304 }, 'failed NO_CONTENT'],
    ['an empty body', { body: '' }, 'failed NO_CONTENT'],
    ['a body of white space', { body: ' \r\n\t\n' }, 'failed NO_CONTENT'],
    ['a byte order mark', { body: '\uFEFF' }, 'failed NO_CONTENT'],
    ['a mark and white space', { body: '\uFEFF\n' }, 'failed NO_CONTENT'],
    ['UTF-16 without text', { body: Buffer.from('\uFEFF \n', 'utf16le') }, 'failed NO_CONTENT'],
    ['202', { ...page('Wait'), status: 202 }, 'failed HTTP_202'],
    ['207', { ...page('Many'), status: 207 }, 'failed RESPONSE_INVALID'],
    ['208', { ...page('Known'), status: 208 }, 'failed RESPONSE_INVALID'],
    ['226', { ...page('Difference'), status: 226 }, 'failed RESPONSE_INVALID'],
    ['300 without a Location', { ...page('Choose'), status: 300 }, 'failed HTTP_300'],
    ['301 without a Location', { ...page('Moved'), status: 301 }, 'failed REDIRECT_INVALID'],
    ['308 without a Location', { ...page('Moved'), status: 308 }, 'failed REDIRECT_INVALID'],
    ['305', { ...page('Proxy'), status: 305, headers: { location: '/2' } }, 'failed HTTP_305'],
    ['306', { ...page('Proxy'), status: 306, headers: { location: '/2' } }, 'failed HTTP_306'],
    ['an unknown 3xx', { ...page('Odd'), status: 399 }, 'failed HTTP_399'],
    [
      '200 with a part of the page',
      { body: '<h1>One</h1>', headers: { 'content-range': 'bytes 0-11/5000' } },
      'failed RESPONSE_INVALID',
    ],
    [
      'a part of the page',
      { ...page('One'), status: 206, headers: { 'content-range': 'bytes 0-9/5000' } },
      'failed RESPONSE_INVALID',
    ],
    ['a part that is not said', { ...page('One'), status: 206 }, 'failed RESPONSE_INVALID'],
    ['a PDF labelled HTML', { body: '%PDF-1.7\n…' }, 'failed EXTRACT_FAILED'],
    ['binary data labelled HTML', { body: 'abc\0\x01\x02' }, 'failed EXTRACT_FAILED'],
    ['a frame for scripts', shell(), 'failed JS_SHELL'],
  ])('is not stored: %s', async (_, answer, end) => {
    expect(await run(answer)).toMatchObject({ end, items: [] });
  });

  it('of all of the page, though it says 206, is one', async () => {
    const answer = { status: 206, headers: { 'content-range': 'bytes 0-10/11' }, body: '<h1>One</h1>' };
    expect((await run(answer)).end).toBe('stored');
  });

  it.each<[string, SiteAnswer]>([
    ['201', { status: 201 }],
    ['203', { status: 203 }],
    ['an unknown 2xx', { status: 218 }],
    ['200 with a range of all', { headers: { 'content-range': 'bytes 0-11/12' } }],
    ['200 with a range that is not its own', { headers: { 'content-range': 'bytes 0-499/5000' } }],
  ])('is one with %s', async (_, answer) => {
    expect(await run({ ...answer, body: '<h1>One</h1>' })).toMatchObject({ end: 'stored' });
  });

  it('is read when it is a gzip of one, whatever its label', async () => {
    const body = gzipSync('<h1>hidden</h1>') as unknown as string;
    expect((await run({ body })).items.map(({ fields }) => fields['title'])).toEqual(['hidden']);
  });

  it('keeps what a frame for scripts gives all the same, as incomplete', async () => {
    const { end, items } = await run(shell('<title>Shop</title>'), {
      fields: { title: 'title', price: 'b' },
    });
    expect(end).toBe('failed JS_SHELL');
    expect(items).toEqual([
      expect.objectContaining({ fields: { title: 'Shop', price: null }, missing: ['price'] }),
    ]);
  });

  it('is a page when a frame for scripts has all that is asked for', async () => {
    const data = '<script type="application/ld+json">{"name": "A"}</script>';
    const rule = { fields: { name: { select: 'script[type="application/ld+json"]', path: 'name' } } };
    const { end, items } = await run(shell(data), rule);
    expect(end).toBe('stored');
    expect(items).toEqual([expect.objectContaining({ fields: { name: 'A' } })]);
  });
});

describe('an item without a value', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['none of its fields', { a: 'h1', b: 'h2' }, ['a', 'b']],
    ['empty texts and lists', { a: { select: 'i', list: true }, b: 'u' }, ['a', 'b']],
  ])('is incomplete: %s', async (_, wanted, missing) => {
    const { items, counts } = await run({ body: `<p>${'words '.repeat(30)}</p>` }, { fields: wanted });
    expect(items).toEqual([expect.objectContaining({ missing })]);
    expect(counts).toMatchObject({ incomplete: 1 });
    expect(counts['items']).toBeUndefined();
  });

  it('is complete with a single one', async () => {
    const { items } = await run({ body: `<h1>0</h1><p>${'words '.repeat(30)}</p>` });
    expect(items[0]?.missing).toBeUndefined();
  });
});
