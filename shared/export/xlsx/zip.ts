import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export interface ZipPart {
  path: string;
  /** Called when all parts before it are written. */
  content(): AsyncIterable<Buffer>;
}

/** A ZIP archive of the parts, one after the other, each made as it is written. Rejects as a part does. */
export async function* zipChunks(parts: ZipPart[]): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | undefined;
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { path, content } of parts) {
    zip.addReadStreamLazy(path, {}, (giveStream) => {
      current = Readable.from(content(), { objectMode: false });
      // yazl looks at the end of its parts alone.
      current.once('error', (error) => output.destroy(error));
      giveStream(null, current);
    });
  }
  zip.end();
  try {
    yield* output;
  } finally {
    // Its reader may have gone away half-way.
    current?.destroy();
  }
}
