import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { typeOfFile } from '../../../shared/engine/downloads/file-type.ts';
import { pdf, png } from './setting.ts';

describe('typeOfFile', () => {
  it.each([
    ['a picture that is called a page', png, 'text/html', 'image/png', 'png'],
    ['a PDF without a type', pdf(100), undefined, 'application/pdf', 'pdf'],
    ['an archive', gzipSync('x'), 'text/plain', 'application/gzip', 'gz'],
    ['a page that is called a picture', '<!DOCTYPE html><p>', 'image/png', 'text/html', 'html'],
    ['a page behind a comment', '<!-- x -->\n<HTML lang=en>', 'application/pdf', 'text/html', 'html'],
    ['SVG', '<?xml version="1.0"?>\n<!-- x --><svg xmlns="x"/>', 'text/plain', 'image/svg+xml', 'svg'],
    ['CSV, as its server says', 'a;b\n1;2', 'text/csv; charset=utf-8', 'text/csv', 'csv'],
    ['JSON, as its server says', '{"a":1}', 'application/json', 'application/json', 'json'],
    ['text that is called a picture', 'not found', 'image/jpeg', 'text/plain', 'txt'],
    ['XML', '<?xml version="1.0"?><a/>', undefined, 'application/xml', 'xml'],
    ['bytes that nobody knows', Buffer.of(1, 2, 3, 0, 5), 'image/jpeg', 'application/octet-stream', 'bin'],
    [
      'the same, called a program',
      Buffer.of(1, 2, 3, 0, 5),
      'application/x-msdownload',
      'application/octet-stream',
      'bin',
    ],
  ])('knows %s', async (_what, bytes, said, type, extension) => {
    expect(await typeOfFile(Buffer.from(bytes as string), said)).toEqual({ type, extension });
  });
});
