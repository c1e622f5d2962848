import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

type FileType = Pick<typeof import('file-type'), 'fileTypeFromBuffer'>;

let loaded: FileType | undefined;

/**
 * Loaded by the first file that is downloaded: 100 kB of signatures. By its path, as `extract/words/eld.ts` does, so that no function's
 * bundle has it; there it is a file beside the bundle (`infra/bundling.ts`).
 */
export function loadFileType(): FileType {
  if (loaded === undefined) {
    const found = findPackageJSON('file-type', import.meta.url);
    if (found === undefined) throw new Error('the package file-type is not installed');
    loaded = createRequire(import.meta.url)(join(dirname(found), 'source', 'index.js')) as FileType;
  }
  return loaded;
}
