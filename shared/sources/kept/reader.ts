import { createReadStream } from 'node:fs';
import { DropError } from '../../errors.ts';
import { gunzipStream } from '../../gunzip-stream.ts';
import type { KeptPage } from '../../warc/read-pages.ts';
import type { KindReader } from '../kind.ts';
import { isWorkedOut } from '../kind-parts.ts';
import type { PartOfPages } from './kind.ts';

export const keptReader: KindReader<'keptPages'> = {
  ...isWorkedOut,
  begin: ({ cursor }) => ({
    is: 'pages',
    pages: readPart(cursor),
    ...(cursor.earlier === undefined ? {} : { earlier: cursor.earlier }),
  }),
};

/** Bytes that are unpacked at a time. */
const chunkSize = 262_144;

/** Throws `DropError` KEPT_UNREADABLE. */
async function* readPart({ file, from, to }: PartOfPages): AsyncGenerator<KeptPage | 'unchanged'> {
  const { readPages } = await import('../../warc/read-pages.ts');
  const packed = createReadStream(file, { start: from, end: to - 1, highWaterMark: chunkSize });
  const records = gunzipStream(packed, { chunkSize });
  try {
    yield* readPages(records);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const isOfFile = ['ENOENT', 'EACCES', 'EIO'].includes(code ?? '') || code?.startsWith('Z_');
    if (!isOfFile) throw cause;
    throw new DropError('KEPT_UNREADABLE', `${file}, bytes ${from} to ${to}: ${message}`, { cause });
  } finally {
    records.destroy();
  }
}
