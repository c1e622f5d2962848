import { statSync } from 'node:fs';
import type { AnswerStore } from '../engine/cached-answers.ts';

/** The cache of pages beside a store, and the files beside it. Loaded on demand: few jobs are being written. */
export async function openAnswers(store: string): Promise<AnswerStore> {
  const { cacheFileOf, openPageCache } = await import('../stores/local/page-cache.ts');
  const { filesFolderOf, storedFile } = await import('../stores/local/stored-files.ts');
  return {
    ...openPageCache(cacheFileOf(store)),
    hasFile(job, { sha256, bytes }) {
      const file = storedFile(filesFolderOf(store, job), sha256);
      return statSync(file, { throwIfNoEntry: false })?.size === bytes;
    },
  };
}
