import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { enterWorld, openSite } from './setting.ts';
import { driveRun, endsOf, makeJob, outcomesOf } from './world.ts';

const html = '<!doctype html><html><head><title>T</title></head><body><h1>One</h1></body></html>';
const css = '/* <h1>One</h1> */ h1 { color: red }';

async function run(type: string, body: string | Uint8Array, title: unknown = 'h1') {
  const site = await openSite({ '/1': { headers: { 'content-type': type }, body } });
  const world = enterWorld();
  const sources = [{ urls: { list: [`${site.origin}/1`] } }];
  const pages = { default: { fields: { title } } };
  await world.start('r', makeJob({ sources, pages, fetch: { attempts: 1 } }));
  await driveRun(world, 'r', world.newProcess('p'));
  const outcomes = await outcomesOf(world, 'r');
  const [item] = outcomes.flatMap(({ items }) => items);
  return { end: Object.values(await endsOf(world, 'r'))[0], title: item?.fields['title'] };
}

describe('a page is what its type says', () => {
  it.each([
    ...['text/css', 'text/javascript', 'application/javascript', 'application/wasm', 'application/x-tar'],
    ...[
      'application/x-7z-compressed',
      'application/msword',
      'application/vnd.ms-excel',
      'application/epub+zip',
    ],
    ...['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'model/gltf-binary'],
    ...['image/png', 'video/mp4', 'font/woff2', 'application/pdf', 'application/zip', 'message/rfc822'],
    ...['text/csv', 'text/markdown', 'text/calendar', 'TEXT/CSS; charset=utf-8', 'text/html, text/css'],
    'image/svg+xml',
  ])('%s is no page, whatever is in it: skipped, and no failure', async (type) => {
    expect(await run(type, html)).toEqual({ end: 'skipped OTHER_KIND', title: undefined });
  });

  it.each<[string, string | Uint8Array]>([
    ['text/html', html],
    ['Text/HTML;charset=utf-8', html],
    ['text/css, text/html', html],
    ['text/html, */*', html],
    ['text/html;', '<h1>One'],
    ['', html],
    ['', '<h1>One'],
    ['html', html],
    ['application/octet-stream', html],
    ['binary/octet-stream', `\uFEFF\n${html}`],
    ['application/octet-stream', Buffer.from(`\uFEFF${html}`, 'utf16le')],
    ['text/plain', html],
    ['text/plain; charset=utf-8', '<h1>One</h1>'],
    ['application/x-httpd-php', html],
    ['', `<?xml version="1.0"?>\n<!DOCTYPE html>\n<html><p>unclosed<h1>One</h1></html>`],
    ['text/xml', '<page><h1>One</h1></page>'],
    ['application/rss+xml', '<rss><h1>One</h1></rss>'],
    ['application/octet-stream', '<?xml version="1.0"?><page><br/><h1>One</h1></page>'],
  ])('%s is read: %s', async (type, body) => {
    expect(await run(type, body)).toEqual({ end: 'stored', title: 'One' });
  });

  it.each([
    ['application/octet-stream', 'no tags'],
    ['text/plain', css.replaceAll(/<.*?>/g, '')],
  ])('%s without a tag is no page', async (type, body) => {
    expect((await run(type, body)).end).toBe('skipped OTHER_KIND');
  });

  it.each([
    ['application/json'],
    ['application/problem+json'],
    ['application/vnd.api+json; charset=utf-8'],
    ['text/json'],
    ['application/ld+json'],
    ['application/x-json'],
  ])('%s is JSON', async (type) => {
    expect(await run(type, '{"title": "One"}', { path: 'title' })).toEqual({ end: 'stored', title: 'One' });
  });

  it('a gzip of nothing is none', async () => {
    expect((await run('text/html', gzipSync('\n'))).end).toBe('failed NO_CONTENT');
  });

  it.each(['<rss><h1>One</h1>', '<feed><entry><h1>One</h1></entry><ent'])(
    'XML that was cut is none: %s',
    async (body) => {
      expect((await run('text/xml', body)).end).toBe('failed EXTRACT_FAILED');
    },
  );
});

describe('application/xhtml+xml', () => {
  const type = 'application/xhtml+xml; charset=utf-8';
  const page = (body: string, head = '') =>
    `<?xml version="1.0"?>\n${head}<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>${body}</body></html>`;
  const doctype =
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">';

  it.each<[string, string, string]>([
    ['an element that ends itself', page('<div/><h1>One</h1>'), 'One'],
    ['CDATA', page('<h1><![CDATA[a < b & c]]></h1>'), 'a < b & c'],
    ['an empty script', page('<script src="a.js"/><h1>One</h1>'), 'One'],
    ['characters by number', page('<h1>caf&#233;&#x21;</h1>'), 'caf\u00e9!'],
    ['names of its document type', page('<h1>caf&eacute;&nbsp;1</h1>', doctype), 'caf\u00e9 1'],
    ['names that are text', page('<h1><![CDATA[&eacute;]]></h1>', doctype), '&eacute;'],
    ['comments and instructions', page('<!-- <b> --><?a <b> ?><h1>One</h1>'), 'One'],
    ['an internal subset', page('<h1>One</h1>', '<!DOCTYPE html [ <!ENTITY a "b>"> ]>'), 'One'],
  ])('is XML: %s', async (_, body, title) => {
    expect(await run(type, body)).toEqual({ end: 'stored', title });
  });

  it.each<[string, string]>([
    ['a tag that is left open', page('<p>One<h1>One</h1>')],
    ['names in two cases', page('<H1>One</h1>')],
    ['misnested tags', page('<h1><b><i>One</b></i></h1>')],
    ['a stray end', page('</p><h1>One</h1>')],
    ['an attribute without quotes', page('<h1 class=a>One</h1>')],
    ['an attribute without a value', page('<h1 hidden>One</h1>')],
    ['an attribute twice', page('<h1 a="1" a="2">One</h1>')],
    ['a bare ampersand', page('<h1>One & two</h1>')],
    ['a name that is not defined', page('<h1>One&nbsp;</h1>')],
    ['a bare less-than', page('<h1>1 < 2</h1>')],
    ['a second root', `${page('<h1>One</h1>')}<p/>`],
    ['text behind it', `${page('<h1>One</h1>')}text`],
    ['a cut', page('<h1>One</h1>').slice(0, -8)],
    ['a comment without end', page('<h1>One</h1><!-- ')],
  ])('that is not well formed is no page, as in browsers: %s', async (_, body) => {
    expect(await run(type, body)).toEqual({ end: 'failed EXTRACT_FAILED', title: undefined });
  });
});
