import { objectKeys } from '../shared/deployment/object-keys.ts';
import type { PageArchive } from '../shared/engine/keep/page-archive.ts';
import { type BucketTarget, openUpload } from '../shared/stores/aws/s3-upload.ts';

/** The content type of WARC files (ISO 28500:2017, annex on media types). */
const contentType = 'application/warc';

/**
 * Where a run keeps its pages: for each delivery of a batch an object of whole records, of a name of its own, since two deliveries may
 * have seen different answers, and the outcome says how many bytes and pages its own has. What no outcome names expires with the run.
 */
export async function openS3Archive(target: BucketTarget, run: string): Promise<PageArchive> {
  const { writeExchange } = await import('../shared/warc/write-records.ts');
  return {
    async begin(batch) {
      const file = `${batch}-${crypto.randomUUID().slice(0, 8)}`;
      const upload = openUpload(target, objectKeys.pages(run, file), { contentType });
      let bytes = 0;
      return {
        async add(exchange) {
          const { records, answer } = await writeExchange(exchange);
          const from = bytes;
          bytes += records.length;
          await upload.write(records);
          return { from, ...answer };
        },
        async finish() {
          await upload.complete();
          return { file, bytes };
        },
        discard: () => upload.abort(),
      };
    },
  };
}
