import { buffer } from 'node:stream/consumers';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { redactBody } from '../../../shared/engine/keep/redact-body.ts';
import { withoutSecretBytes } from '../../../shared/engine/redact-bytes.ts';
import { formsOf } from '../../../shared/engine/secret-forms.ts';
import { zipChunks } from '../../../shared/export/xlsx/zip.ts';

const secrets = formsOf(['k-1234'], '[secret]');
const redact = (bytes: Uint8Array) => withoutSecretBytes(bytes, secrets);
const pdfOf = (text: string, more = '') =>
  Buffer.concat([
    Buffer.from('%PDF-1.7\n1 0 obj << /Filter /FlateDecode >>\nstream\r\n'),
    deflateSync(`BT (${text}) Tj ET`),
    Buffer.from(`\r\nendstream\nendobj ${more}\n%%EOF`),
  ]);

describe('redactBody', () => {
  it('gives a body without secrets as it is', () => {
    for (const body of [Buffer.from('<h1>x</h1>'), gzipSync('x'), pdfOf('x')])
      expect(redactBody(body, redact)).toEqual({ body });
  });

  it('packs a gzip again without what it shows, also one within another', () => {
    const once = redactBody(gzipSync('a k-1234 z'), redact);
    expect(gunzipSync(once.body).toString()).toBe('a [secret] z');
    const twice = redactBody(gzipSync(gzipSync('a k-1234 z')), redact);
    expect(gunzipSync(gunzipSync(twice.body)).toString()).toBe('a [secret] z');
  });

  it('keeps nothing of a PDF or a ZIP archive that shows one in what it packs', async () => {
    const content = async function* () {
      yield Buffer.from('<p>k-1234</p>'.repeat(9));
    };
    const zip = await buffer(zipChunks([{ path: 'word/document.xml', content }]));
    expect(zip.includes('k-1234')).toBe(false);
    for (const body of [pdfOf('k-1234'), pdfOf('6b2d31323334'), zip])
      expect(redactBody(body, redact)).toEqual({ body: new Uint8Array(), isLeftOut: true });
  });

  it('says what it cannot search', () => {
    const cut = gzipSync('k-1234'.repeat(99)).subarray(0, 30);
    for (const body of [cut, pdfOf('x', '/Encrypt 9 0 R'), Buffer.from('PK\x03\x04 and no archive')])
      expect(redactBody(body, redact)).toEqual({ body, isUnsearched: true });
  });

  it.each([
    ['an LZW stream', pdfOf('x', '/Filter /LZWDecode')],
    ['a stream in ASCII85', pdfOf('x', '/Filter[/A85 /Fl]')],
    [
      'a stream that is cut off',
      Buffer.concat([pdfOf('x'), Buffer.from('stream\n'), deflateSync('k-1234').subarray(0, 9)]),
    ],
    ['xz', Buffer.from('\xfd7zXZ\0…', 'latin1')],
    ['bzip2', Buffer.from('BZh91AY')],
    ['7z', Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1')],
    ['RAR', Buffer.from('Rar!\x1a\x07')],
    ['Zstandard', Buffer.from('\x28\xb5\x2f\xfd\x04', 'latin1')],
  ])('says so of %s', (_, body) => {
    expect(redactBody(body, redact)).toEqual({ body, isUnsearched: true });
  });

  it('searches the streams behind one that is damaged', () => {
    const broken = Buffer.concat([Buffer.from('%PDF-1.7\nstream\n'), deflateSync('x').subarray(0, 6)]);
    const body = Buffer.concat([broken, Buffer.from('\nendstream\n'), pdfOf('k-1234')]);
    expect(redactBody(body, redact)).toEqual({ body: new Uint8Array(), isLeftOut: true });
  });

  it('keeps nothing that is in a coding which it cannot undo, but text of which a header only says so', () => {
    const coded = Buffer.from([0x1f, 0x9d, 0x90, 0, 1, 2, 3]);
    expect(redactBody(coded, redact, 'compress')).toEqual({ body: new Uint8Array(), isLeftOut: true });
    expect(redactBody(coded, redact, 'gzip, compress').isLeftOut).toBe(true);
    expect(redactBody(Buffer.from('a k-1234'), redact, 'utf-8').body.toString()).toBe('a [secret]');
    expect(redactBody(Buffer.from('a\0k-1234'), redact, 'gzip, br').body.toString()).toBe('a\0[secret]');
  });
});
