import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export interface ZipPart {
  path: string;
  /** As it is, since it is packed already. */
  isStored?: true;
  /** Called when all parts before it are written. */
  content(): AsyncIterable<Buffer>;
}

/** A ZIP archive of the parts, one after the other, each made while it is written. Rejects when a part does. */
export async function* zipChunks(parts: ZipPart[]): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | undefined;
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { path, content, isStored = false } of parts) {
    zip.addReadStreamLazy(path, { compress: !isStored }, (giveStream) => {
      current = Readable.from(content(), { objectMode: false });
      // yazl listens only for the end of its parts.
      current.once('error', (error) => output.destroy(error));
      giveStream(null, current);
    });
  }
  zip.end();
  try {
    yield* output;
  } finally {
    // The consumer may have stopped early.
    current?.destroy();
  }
}
