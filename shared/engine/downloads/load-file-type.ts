import { loadFromPackage } from '../../own-files.ts';

type FileType = Pick<typeof import('file-type'), 'fileTypeFromBuffer'>;

let loaded: FileType | undefined;

/** Loaded by the first file that is downloaded: 100 kB of signatures. */
export function loadFileType(): FileType {
  loaded ??= loadFromPackage<FileType>('file-type', 'source', 'index.js');
  return loaded;
}
