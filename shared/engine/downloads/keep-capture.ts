import { createHash } from 'node:crypto';
import type { FileStore } from '../../coordination/file-store.ts';
import type { Capture } from '../../job/render-schema.ts';
import type { FileFact } from '../../model.ts';
import { digestOf } from '../ids.ts';
import { calledBy, safeFileName } from './file-name.ts';

const typeOf = {
  screenshot: { type: 'image/png', extension: 'png' },
  pdf: { type: 'application/pdf', extension: 'pdf' },
} satisfies Record<Capture, { type: string; extension: string }>;

/**
 * Keeps what a page looks like where the files of its job lie: each picture once, under the hash of its bytes. One whose page is
 * read again, since its outcome was lost, is named by nobody, and goes with `forget`. Throws `HaltError` STORE_FAILED.
 */
export async function keepCapture(
  store: FileStore,
  { run, url, capture }: { run: string; url: string; capture: Capture },
  bytes: Uint8Array,
): Promise<FileFact> {
  const { type, extension } = typeOf[capture];
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const writer = await store.begin(run, digestOf(`${capture} ${url}`));
  await writer.write(bytes);
  const { isEqual } = await writer.finish(sha256, type);
  const name = safeFileName(calledBy(url, undefined), sha256, extension);
  return { sha256, bytes: bytes.byteLength, type, name, ...(isEqual ? { isEqual } : {}) };
}
