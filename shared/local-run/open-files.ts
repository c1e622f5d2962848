import type { FileStore } from '../coordination/file-store.ts';

/** The files of a job beside a store. Loaded on demand: few jobs download any. */
export async function openFiles(store: string, job: string): Promise<FileStore> {
  const { openFileStore } = await import('../stores/local/file-store.ts');
  const { filesFolderOf } = await import('../stores/local/stored-files.ts');
  return openFileStore(filesFolderOf(store, job), { token: () => crypto.randomUUID().slice(0, 8) });
}
