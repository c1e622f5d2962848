import { createHash } from 'node:crypto';
import type { PageArchive } from '../engine/keep/page-archive.ts';

/**
 * Where a run keeps its pages until it is over: for each delivery of a batch a file of whole records, under the hash of its bytes.
 * Loaded on demand: few jobs keep any.
 */
export async function openArchive(store: string, run: string): Promise<PageArchive> {
  const { openFileStore } = await import('../stores/local/file-store.ts');
  const { keptFolderOf } = await import('../stores/local/stored-files.ts');
  const { writeExchange } = await import('../warc/write-records.ts');
  const files = openFileStore(keptFolderOf(store, run), { token: () => crypto.randomUUID() });
  return {
    async begin() {
      // Of its own, so that two deliveries of one batch never meet.
      const file = await files.begin(run, crypto.randomUUID());
      const digest = createHash('sha256');
      let bytes = 0;
      return {
        async add(exchange) {
          const { records, answer } = await writeExchange(exchange);
          const from = bytes;
          digest.update(records);
          bytes += records.length;
          await file.write(records);
          return { from, ...answer };
        },
        async finish() {
          const sha256 = digest.digest('hex');
          await file.finish(sha256, 'application/warc');
          return { file: sha256, bytes };
        },
        discard: () => file.discard(),
      };
    },
  };
}
