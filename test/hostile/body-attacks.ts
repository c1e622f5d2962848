import * as zlib from 'node:zlib';
import { type Attack, send } from './attack.ts';

const megabyte = 1_000_000;

/** Made when it is first asked for, and then kept. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function bomb(name: string, coding: string, ...encoders: ((bytes: Uint8Array) => Uint8Array)[]): Attack {
  const body = once(() =>
    encoders.reduce<Uint8Array>((bytes, encode) => encode(bytes), Buffer.alloc(256 * megabyte)),
  );
  return { name, prepare: body, answer: (asked) => send(asked, body(), { 'content-encoding': coding }) };
}

function page(name: string, make: () => string | Uint8Array, headers: Record<string, string> = {}): Attack {
  const body = once(make);
  return { name, prepare: body, answer: (asked) => send(asked, body(), headers) };
}

const entities = Array.from(
  { length: 12 },
  (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
).join('');

/** What pages and files may be made of: each is within the limit of bodies (10 MB), but for the bombs. */
export const bodyAttacks: Attack[] = [
  bomb('a bomb of gzip, 256 MB', 'gzip', zlib.gzipSync),
  bomb('a bomb of deflate, 256 MB', 'deflate', zlib.deflateSync),
  bomb('a bomb of br, 256 MB', 'br', (bytes) =>
    zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
  ),
  bomb('a bomb of zstd, 256 MB', 'zstd', zlib.zstdCompressSync),
  bomb('a bomb of gzip in gzip', 'gzip, gzip', zlib.gzipSync, zlib.gzipSync),
  bomb(
    'a bomb of gzip in br in zstd',
    'gzip, br, zstd',
    zlib.gzipSync,
    zlib.brotliCompressSync,
    zlib.zstdCompressSync,
  ),
  page('an attribute of 10 MB', () => `<h1 title="${'a'.repeat(10 * megabyte)}">One</h1>`),
  page('200,000 nested elements', () => `<h1>One</h1>${'<div>'.repeat(200_000)}<b>deep`),
  page(
    '800,000 links',
    () =>
      `<h1>One</h1>${Array.from({ length: 800_000 }, (_, index) => `<a href=${index.toString(36)}>`).join('')}`,
  ),
  page('formatting that is never ended', () => `<h1>One</h1>${'<b><i><u><p>'.repeat(50_000)}`),
  page(
    'an XML bomb',
    () =>
      `<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY e0 "ha">${entities}]><urlset><url><loc>&e12;</loc></url></urlset>`,
    { 'content-type': 'application/xml' },
  ),
  page('a charset that lies', () => `<h1>One</h1>${'\u00e4\u4e00'.repeat(1_000)}`, {
    'content-type': 'text/html; charset=utf-16be',
  }),
  page('a charset that is none', () => '<h1>One</h1>', { 'content-type': 'text/html; charset=\u00ff-nope' }),
  page(
    'NULs and escape sequences',
    () => `<h1>One\0\x1b]0;pwned\x07\x1b[2J\u202e</h1>${'\0'.repeat(megabyte)}`,
  ),
  page('what is no gzip', () => 'hello', { 'content-encoding': 'gzip' }),
  page('random bytes', () => {
    // A generator of our own, so that the bytes are the same each time.
    const bytes = Buffer.alloc(megabyte);
    for (let index = 0, state = 1; index < bytes.length; index += 1) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      bytes[index] = state >>> 24;
    }
    return bytes;
  }),
  page('a name that is a path', () => '%PDF-1.4\n', {
    'content-type': 'application/pdf',
    'content-disposition':
      'attachment; filename="../../../../tmp/spinneret-pwned"; filename*=UTF-8\'\'..%2F..%2Fspinneret-pwned',
  }),
];
