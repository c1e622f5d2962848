import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';

/** The folder of the files of a job, beside the store. Names of jobs are names of folders. */
export function filesFolderOf(store: string, job: string): string {
  return join(`${store}-files`, job);
}

/** The folder of the pages that a run keeps, beside the store, until the run is over. */
export function keptFolderOf(store: string, run: string): string {
  return join(`${store}-kept`, run);
}

/** Where a file is, once it is whole. */
export function storedFile(folder: string, sha256: string): string {
  return join(folder, 'whole', sha256.slice(0, 2), sha256);
}

/** The folder of what attempts of a run have left of files that are not whole. */
export function partsOfRun(folder: string, run: string): string {
  return join(folder, 'parts', run);
}

/** `undefined`: it is not there. */
export async function hashOfFile(file: string): Promise<string | undefined> {
  const digest = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1_048_576 })) digest.update(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return digest.digest('hex');
}
