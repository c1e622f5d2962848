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
    ['text behind a mark of UTF-8', '\ufeff  <!doctype html>', 'text/plain', 'text/html', 'html'],
    ['UTF-16, little end first', Buffer.of(0xff, 0xfe, 0x41, 0), 'text/csv', 'text/csv', 'csv'],
    ['UTF-16, big end first', Buffer.of(0xfe, 0xff, 0, 0x41), undefined, 'text/plain', 'txt'],
    ['half a mark', Buffer.of(0xff, 0x41, 0x00, 0x41), 'text/csv', 'application/octet-stream', 'bin'],
    ['text with all that moves a pen', 'a\t\n\f\r\u001bb', undefined, 'text/plain', 'txt'],
    ['text with a byte that none has', 'a\u0008b', 'text/plain', 'application/octet-stream', 'bin'],
    ['text with its last control', 'a\u001fb', 'text/plain', 'application/octet-stream', 'bin'],
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
