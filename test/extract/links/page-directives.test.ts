import { Document } from 'domhandler';
import { describe, expect, it } from 'vitest';
import { directivesOf } from '../../../shared/extract/links/page-directives.ts';

const now = Date.UTC(2026, 10, 28);
const html = { 'content-type': 'text/html; charset=utf-8' };

function ofHead(head: string, headers: Record<string, string> = html) {
  return read(`<!doctype html><html><head>${head}</head><body>x</body></html>`, headers);
}

function read(markup: string, headers: Record<string, string> = html) {
  const { noindex, nofollow } = directivesOf({ body: Buffer.from(markup) }, headers, 'AcmeBot/1.0', now);
  return `${noindex ? 'noindex' : ''} ${nofollow ? 'nofollow' : ''}`.trim();
}

it('looks through the whole head of a page in a browser, where scripts put long styles before what they add', () => {
  const body = Buffer.from(
    `<head><style>${'a{}'.repeat(10_000)}</style><meta name=robots content=noindex></head><body>`,
  );
  const headers = { 'content-type': 'text/html' };
  const of = (page: Parameters<typeof directivesOf>[0]) =>
    directivesOf(page, headers, 'AcmeBot/1.0', 0).noindex;
  expect(of({ body, document: new Document([]) })).toBe(true);
  expect(of({ body })).toBe(false);
});

describe('directivesOf', () => {
  it.each([
    ['<meta name="robots" content="noindex">', 'noindex'],
    ['<META NAME=ROBOTS CONTENT="NOINDEX, NOFOLLOW">', 'noindex nofollow'],
    ["<meta content='none' name='robots'>", 'noindex nofollow'],
    ['<meta name=" robots " content=" nofollow ">', 'nofollow'],
    ['<meta name="acmebot" content="noindex">', 'noindex'],
    ['<meta name="googlebot" content="noindex">', ''],
    ['<meta name="robots" content="index,follow"><meta name="AcmeBot" content="nofollow">', 'nofollow'],
    ['<meta name="robots" content="index, follow, max-image-preview:large">', ''],
    ['<meta name="robots" content="noindexing">', ''],
    ['<meta name="robots" content="unavailable_after: 2020-09-21">', 'noindex'],
    ['<meta name="robots" content="unavailable_after: 2030-09-21">', ''],
    ['<meta name="robots" content="unavailable_after: whenever">', ''],
    [
      '<meta name="robots" content="nofollow, unavailable_after: Wed, 01 Jan 2020 00:00:00 GMT">',
      'noindex nofollow',
    ],
    ['<meta name="robots" content="unavailable_after: 25 Jun 2010 15:00:00 PST">', 'noindex'],
    ['<!-- <meta name="robots" content="noindex"> -->', ''],
    ['<script>"<meta name=robots content=noindex>"</script>', ''],
    ['<meta property="robots" content="noindex">', ''],
    ['<meta name="robots">', ''],
  ])('reads %s', (head, expected) => {
    expect(ofHead(head)).toBe(expected);
  });

  it('reads no meta element below the head', () => {
    expect(read('<head></head><body><meta name="robots" content="noindex"></body>')).toBe('');
  });

  it.each([
    ['a script', '<script>write("<head></head><body></body>")</script>'],
    ['a script that writes styles', '<script>write("<style></style></head><body>")</script>'],
    ['a script that writes a script', String.raw`<script>write("<script><\/script></head><body>")</script>`],
    ['a script in capitals', '<SCRIPT>write("</head><body>")</SCRIPT>'],
    ['a comment', '<!-- <script></script></head><body> -->'],
    ['a description', '<meta name="description" content="how <body> is written">'],
  ])('reads on behind a body in %s', (_, written) => {
    expect(ofHead(`${written}<meta name="robots" content="noindex">`)).toBe('noindex');
    expect(read(`${written}<meta name="robots" content="noindex"></head><BODY>`)).toBe('noindex');
  });

  it('takes the name of a crawler as it is written', () => {
    const body = Buffer.from('<head><meta name="a.bot" content="noindex"></head><body>');
    const of = (agent: string) => directivesOf({ body }, html, agent, now).noindex;
    expect([of('a.bot'), of('A.Bot/2'), of('axbot'), of('[')]).toEqual([true, true, false, false]);
  });

  it.each([
    ['noindex', 'noindex'],
    ['none', 'noindex nofollow'],
    ['NoFollow', 'nofollow'],
    ['googlebot: noindex', ''],
    ['googlebot: noindex, nofollow', ''],
    ['acmebot: noindex', 'noindex'],
    ['*: nofollow', 'nofollow'],
    ['googlebot: nofollow, acmebot: noindex', 'noindex'],
    ['nofollow, googlebot: noindex', 'nofollow'],
    ['unavailable_after: 2020-01-01, nofollow', 'noindex nofollow'],
    ['unavailable_after: Wed, 01 Jan 2020 00:00:00 GMT, nofollow', 'noindex nofollow'],
    ['acmebot: unavailable_after: Wednesday, 01-Jan-20 00:00:00 GMT', 'noindex'],
    ['unavailable_after: Tue, 01 Jan 2030 00:00:00 GMT', ''],
    ['otherbot: unavailable_after: Wed, 01 Jan 2020 00:00:00 GMT', ''],
    ['max-snippet: 50', ''],
    ['all', ''],
    ['', ''],
  ])('reads X-Robots-Tag: %s', (header, expected) => {
    expect(ofHead('', { ...html, 'x-robots-tag': header })).toBe(expected);
  });

  it('takes both together, and the header of any type of content', () => {
    expect(ofHead('<meta name="robots" content="noindex">', { ...html, 'x-robots-tag': 'nofollow' })).toBe(
      'noindex nofollow',
    );
    expect(read('{}', { 'content-type': 'application/json', 'x-robots-tag': 'noindex' })).toBe('noindex');
    expect(read('<meta name="robots" content="noindex">', { 'content-type': 'application/json' })).toBe('');
  });
});
