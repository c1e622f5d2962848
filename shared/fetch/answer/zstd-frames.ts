import { once } from 'node:events';
import { createZstdDecompress, type ZstdDecompress, constants as zlib } from 'node:zlib';

/** Each takes a decoder of its own, however little is in it. */
const maxFrames = 4_000;

/**
 * Decodes a stream of zstd frame by frame (RFC 8878 section 3: frames may follow each other): Node's own stream ends with the first, and drops what
 * follows without an error. Throws zlib's errors, and one of its kind for more than 4,000 frames.
 */
export async function* decodeZstdFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  let chunk = await nextOf(chunks);
  for (let frames = 1; chunk !== undefined; frames += 1) {
    if (frames > maxFrames)
      throw Object.assign(new Error(`more than ${maxFrames} zstd frames`), { code: 'ZSTD_FRAMES' });
    // RFC 9659: windows of more than 8 MiB are not allowed in HTTP.
    const frame = createZstdDecompress({ params: { [zlib.ZSTD_d_windowLogMax]: 23 } });
    const feeding = feed(frame, chunk, chunks);
    // It rejects with the same error as reading does.
    feeding.catch(() => undefined);
    yield* frame as AsyncIterable<Uint8Array>;
    chunk = await feeding;
  }
}

async function nextOf(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true) return undefined;
    if (value.length > 0) return value;
  }
}

/** Writes chunks until the frame ends; resolves to what follows it, if anything does. */
async function feed(
  frame: ZstdDecompress,
  first: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
): Promise<Uint8Array | undefined> {
  const ended = once(frame, 'end');
  let written = 0;
  let chunk: Uint8Array | undefined = first;
  try {
    for (; chunk !== undefined; chunk = await nextOf(chunks)) {
      const taken = new Promise<void>((resolve) => frame.write(chunk, () => resolve()));
      await Promise.race([taken, ended]);
      written += chunk.length;
      const left = written - frame.bytesWritten;
      if (left > 0) {
        await ended;
        return chunk.subarray(chunk.length - left);
      }
      if (frame.destroyed) return undefined;
    }
    frame.end();
    await ended;
    return undefined;
  } catch (error) {
    frame.destroy(error as Error);
    throw error;
  }
}
