import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompress } from '../../shared/fetch/answer/decompress.ts';

const plain = Buffer.from('spinneret '.repeat(2_000));
const encoders: Record<string, (bytes: Uint8Array) => Buffer> = {
  gzip: zlib.gzipSync,
  'x-gzip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
};
const codings = Object.entries(encoders);
const limit = 1_000_000;
const undo = (body: Uint8Array, encoding: string, maxBytes = limit) => {
  const { state, ...rest } = decompress(body, encoding, maxBytes);
  return 'body' in rest ? Buffer.from(rest.body).toString() : state;
};

describe('decompress', () => {
  it.each(codings)('undoes %s', (coding, encode) => {
    expect(undo(encode(plain), coding)).toBe(plain.toString());
    expect(undo(encode(plain), ` ${coding.toUpperCase()} `)).toBe(plain.toString());
  });

  it.each(codings)('reports %s that is cut short', (coding, encode) => {
    const body = encode(plain);
    for (const end of [1, 3, body.length >> 1, body.length - 5, body.length - 1]) {
      expect(undo(body.subarray(0, end), coding)).toBe('cut');
    }
  });

  it.each(codings)('reports %s that is none', (coding) => {
    expect(undo(plain, coding)).toBe('corrupt');
  });

  it('reports gzip whose length is not what its trailer says', () => {
    const body = zlib.gzipSync(plain);
    body.writeUInt32LE(plain.length + 1, body.length - 4);
    expect(undo(body, 'gzip')).toBe('corrupt');
  });

  it.each([5, 1])('reports a second gzip whose trailer was changed %i bytes before the end', (back) => {
    const second = zlib.gzipSync(plain);
    second.writeUInt8((second.at(-back) ?? 0) ^ 1, second.length - back);
    expect(undo(Buffer.concat([zlib.gzipSync(plain), second]), 'gzip')).toBe('corrupt');
  });

  it('reports gzip that was changed', () => {
    const body = zlib.gzipSync(plain);
    body.writeUInt8((body.at(-6) ?? 0) ^ 1, body.length - 6);
    expect(undo(body, 'gzip')).toBe('corrupt');
  });

  it.each(codings)('keeps %s to its limit, to the byte', (coding, encode) => {
    const body = encode(plain);
    expect(undo(body, coding, plain.length)).toBe(plain.toString());
    expect(undo(body, coding, plain.length - 1)).toBe('tooLarge');
  });

  it.each(codings)('stops a bomb of %s', (coding, encode) => {
    expect(undo(encode(Buffer.alloc(5_000_000)), coding)).toBe('tooLarge');
  });

  it.each(codings)('takes an empty body labelled %s for empty', (coding) => {
    expect(undo(new Uint8Array(), coding)).toBe('');
  });

  it('undoes deflate without its wrapper', () => {
    expect(undo(zlib.deflateRawSync(plain), 'deflate')).toBe(plain.toString());
    expect(undo(zlib.deflateRawSync(plain).subarray(0, -1), 'deflate')).toBe('cut');
  });

  it('undoes several codings, the last first', () => {
    expect(undo(zlib.gzipSync(zlib.gzipSync(plain)), 'gzip, gzip')).toBe(plain.toString());
    expect(undo(zlib.brotliCompressSync(zlib.zstdCompressSync(plain)), 'zstd,br')).toBe(plain.toString());
  });

  it('refuses more than five codings', () => {
    expect(undo(plain, Array(6).fill('gzip').join())).toBe('corrupt');
  });

  it('stops a bomb within a bomb', () => {
    const bomb = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(5_000_000)));
    expect(undo(bomb, 'gzip, gzip')).toBe('tooLarge');
  });

  it('leaves codings it does not know', () => {
    expect(undo(plain, '')).toBe(plain.toString());
    expect(undo(plain, 'identity')).toBe(plain.toString());
    expect(undo(plain, 'utf-8')).toBe(plain.toString());
    expect(undo(plain, '', plain.length - 1)).toBe('tooLarge');
  });

  it('reads bodies in several members or frames', () => {
    const both = (encode: (bytes: Uint8Array) => Buffer) => Buffer.concat([encode(plain), encode(plain)]);
    const twice = plain.toString().repeat(2);
    expect(undo(both(zlib.gzipSync), 'gzip')).toBe(twice);
    expect(undo(both(zlib.zstdCompressSync), 'zstd')).toBe(twice);
    expect(undo(both(zlib.zstdCompressSync), 'zstd', plain.length * 2 - 1)).toBe('tooLarge');
    expect(undo(both(zlib.zstdCompressSync), 'zstd', plain.length)).toBe('tooLarge');
    expect(undo(Buffer.concat([zlib.zstdCompressSync(plain), plain]), 'zstd')).toBe('corrupt');
  });

  it.each([
    ['text', Buffer.from('<!-- cached -->')],
    ['zeros', Buffer.alloc(512)],
    ['what looks like another member', Buffer.from([0x1f, 0x8b, 1, 2, 3])],
  ])('passes over %s behind the last member of a gzip, as browsers do', (_, garbage) => {
    const named = zlib.gzipSync(plain);
    expect(undo(Buffer.concat([named, named, garbage]), 'gzip')).toBe(plain.toString().repeat(2));
    expect(undo(Buffer.concat([named, garbage]), 'gzip', plain.length - 1)).toBe('tooLarge');
  });

  it('reads members that have a name, a comment and more in their heads', () => {
    const [head, rest] = [
      Buffer.from(zlib.gzipSync(plain).subarray(0, 10)),
      zlib.gzipSync(plain).subarray(10),
    ];
    head.writeUInt8(4 | 8 | 16 | 2, 3);
    const body = Buffer.concat([
      head,
      Buffer.from('\x02\0xyname\0comment\0..'),
      rest,
      Buffer.from('garbage'),
    ]);
    // The head's own checksum is one of those that nobody checks.
    expect(undo(body, 'gzip')).toBe(plain.toString());
  });

  it('reports a second member that is cut short', () => {
    const body = zlib.gzipSync(plain);
    expect(undo(Buffer.concat([body, body.subarray(0, -20)]), 'gzip')).toBe('cut');
  });

  it('undoes once what is named twice', () => {
    expect(undo(zlib.gzipSync(plain), 'gzip, gzip')).toBe(plain.toString());
  });

  it('refuses endless empty frames of zstd', () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
    expect(undo(Buffer.concat(Array(2_000).fill(skippable)), 'zstd')).toBe('corrupt');
  });

  it('refuses windows of zstd beyond what HTTP allows', () => {
    const params = { [zlib.constants.ZSTD_c_windowLog]: 25 };
    const body = zlib.zstdCompressSync(Buffer.alloc(20_000_000, 'abc'), { params });
    expect(undo(body, 'zstd', 100_000_000)).toBe('corrupt');
  });

  it('never throws', () => {
    const coding = fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'gzip, br');
    fc.assert(
      fc.property(fc.uint8Array(), coding, (body, encoding) => {
        expect(decompress(body, encoding, 1_000).state).toBeTypeOf('string');
      }),
    );
  });
});
