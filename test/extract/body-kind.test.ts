import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { binaryKindOf } from '../../shared/extract/body-kind.ts';
import { openContent } from '../../shared/extract/page-content.ts';
import { isScriptShell } from '../../shared/extract/script-shell.ts';
import type { Page } from '../../shared/extract/types.ts';
import { cpuMsOf } from '../../testing/cpu-time.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const pageOf = (body: Uint8Array, contentType = 'text/html'): Page => ({
  url: 'https://a.example/',
  label: 'default',
  status: 200,
  contentType,
  body,
  fetchedAt: '',
  depth: 0,
});

describe('binaryKindOf', () => {
  it.each([
    ['a PDF document', '%PDF-1.7\n%\xe2\xe3\xcf\xd3'],
    ['a PNG image', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
    ['a JPEG image', '\xff\xd8\xff\xe0\0\x10JFIF'],
    ['a GIF image', 'GIF89a\x01\0'],
    ['a WebP image', 'RIFF\x24\0\0\0WEBPVP8 '],
    ['a ZIP archive or an Office document', 'PK\x03\x04\x14\0'],
    ['a compressed file', '\x1f\x8b\x08\0'],
    ['a video, or an AVIF image', '\0\0\0\x20ftypisom'],
    ['binary data', 'abc\0\x01\x02def'],
  ])('knows %s', (kind, bytes) => {
    expect(binaryKindOf(latin1(bytes))).toBe(kind);
  });

  it.each([
    ['nothing', ''],
    ['markup', '<!doctype html>\0\x01'],
    ['markup behind white space', '\n\n <p>\0'],
    ['markup in UTF-16', '\xff\xfe<\0p\0>\0'],
    ['text', 'just words, \xe9t\xe9'],
    ['text that begins like a name of bytes', 'BMW, GIFs and PKs'],
    ['ISO-2022-JP', '\x1b$BF|\x1b(B'],
    ['JSON', '{"a": 1}'],
  ])('takes %s for text', (_, bytes) => {
    expect(binaryKindOf(latin1(bytes))).toBeUndefined();
  });
});

describe('openContent', () => {
  it('says what a page is that is none, whatever its type', () => {
    for (const type of ['text/html', 'application/json', 'application/xhtml+xml', '']) {
      const content = openContent(pageOf(latin1('%PDF-1.7'), type));
      expect(() => (content.hasRecords ? content.json() : content.document())).toThrow(/a PDF document/);
    }
  });

  it('unpacks a page that is a gzip, whatever its type', () => {
    for (const type of ['text/html', 'application/x-gzip', 'application/gzip']) {
      expect(openContent(pageOf(gzipSync('<h1>a</h1>'), type)).text()).toBe('<h1>a</h1>');
    }
    expect(() => openContent(pageOf(gzipSync('<h1>a</h1>').subarray(0, -9)))).toThrow(/broken/);
  });
});

describe('isScriptShell', () => {
  it.each([
    ['a root element and scripts', '<body><div id=root></div><script src=app.js></script>'],
    [
      'a word for browsers without scripts',
      '<title>App</title><body><noscript>You need to enable JavaScript to run this app.</noscript><div id=app>Loading…</div><script>1</script>',
    ],
    ['an element of its own', '<my-app></my-app><script type=module src=a.js></script>'],
    ['a spinner', '<main><svg><text>spin</text></svg></main><script>a()</script>'],
  ])('sees one in %s', (_, markup) => {
    expect(
      isScriptShell(pageOf(Buffer.from(`<!doctype html><html><head><style>p{}</style></head>${markup}`))),
    ).toBe(true);
  });

  it.each([
    ['text', `<div id=root>${'word '.repeat(30)}</div><script>1</script>`],
    ['a heading', '<div><h1>Short</h1></div><script>1</script>'],
    ['a link', '<div><a href=/x>x</a></div><script>1</script>'],
    ['no scripts', '<div id=root></div>'],
    ['nothing', '<script>1</script>'],
  ])('sees none in %s', (_, markup) => {
    expect(isScriptShell(pageOf(Buffer.from(markup)))).toBe(false);
  });

  it.each(['<!--', '<script ', '<div', '<body ', '<svg>', '&a'])(
    'reads a million of %j in linear time',
    (part) => {
      const body = Buffer.from(`<script>1</script>${part.repeat(250_000)}`);
      expect(cpuMsOf(() => void isScriptShell(pageOf(body)))).toBeLessThan(2_000);
    },
  );

  it('sees none in what is no HTML', () => {
    const body = Buffer.from('<div id=root></div><script>1</script>');
    expect(isScriptShell(pageOf(body, 'application/json'))).toBe(false);
  });
});
