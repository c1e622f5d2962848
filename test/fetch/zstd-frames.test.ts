import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeRandom } from '../../bench/random.ts';
import { decodeZstdFrames } from '../../shared/fetch/answer/zstd-frames.ts';

const texts = ['first ', '', 'x'.repeat(300_000), 'last'];
const plain = Buffer.from(texts.join(''));
const frames = texts.map((text) => zstdCompressSync(Buffer.from(text)));
const packed = Buffer.concat(frames);
const decoded = (chunks: Iterable<Uint8Array>) =>
  buffer(Readable.from(decodeZstdFrames(Readable.from(chunks))));

/** Cut into chunks at random places. */
function* cut(bytes: Uint8Array, seed: number): Generator<Uint8Array> {
  const random = makeRandom(seed);
  for (let at = 0; at < bytes.length; ) {
    const end = at + Math.floor(random() * 40);
    yield bytes.subarray(at, end);
    at = end;
  }
}

describe('decodeZstdFrames', () => {
  it.each([
    ['in one chunk', [packed]],
    ['each in a chunk', frames],
    ['none', []],
  ])('decodes all frames, %s', async (_, chunks) => {
    expect((await decoded(chunks)).equals(chunks.length === 0 ? Buffer.alloc(0) : plain)).toBe(true);
  });

  it.each(Array.from({ length: 50 }, (_, seed) => seed))(
    'decodes all frames, cut at random places (seed %i)',
    async (seed) => {
      expect((await decoded(cut(packed, seed))).equals(plain)).toBe(true);
    },
  );

  it('refuses a frame that is cut short, and what is none behind a frame', async () => {
    await expect(decoded([packed.subarray(0, -2)])).rejects.toThrow('unexpected end of file');
    await expect(decoded([Buffer.concat([packed, Buffer.from('no frame')])])).rejects.toThrow(
      /frame descriptor/i,
    );
  });

  it('refuses frames without end, however little is in each', async () => {
    const empty = zstdCompressSync(Buffer.alloc(0));
    const many = Buffer.concat(Array.from({ length: 4_001 }, () => empty));
    await expect(decoded([many])).rejects.toMatchObject({ code: 'ZSTD_FRAMES' });
    expect(await decoded([many.subarray(0, 1_000 * empty.length)])).toHaveLength(0);
  });

  it('ends with whoever reads it, and with its source', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield packed;
      })(),
    );
    const taker = async (source: AsyncIterable<Uint8Array>) => {
      for await (const chunk of source) if (chunk.length > 0) throw new Error('enough');
    };
    await expect(pipeline(endless, decodeZstdFrames, taker)).rejects.toThrow('enough');
    expect(endless.destroyed).toBe(true);
    const lost = new Readable({ read: () => undefined });
    lost.push(packed.subarray(0, 20));
    const reading = pipeline(lost, decodeZstdFrames, taker);
    lost.destroy(new Error('lost'));
    await expect(reading).rejects.toThrow();
  });
});
