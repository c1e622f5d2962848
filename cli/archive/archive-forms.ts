import { extname } from 'node:path';

/**
 * The forms in which the pages that a run has kept are written: the files of WARC; with their index in one file, for viewers; the index
 * alone, for pywb and tools; each page as a file.
 */
export const archiveForms = ['warc', 'wacz', 'cdxj', 'html'] as const;
export type ArchiveForm = (typeof archiveForms)[number];

export function isArchiveForm(format: string | undefined): format is ArchiveForm {
  return archiveForms.some((form) => form === format);
}

/** By the name of what is written; without an ending of one it is a folder of files of WARC. */
export function archiveFormOf(file: string): ArchiveForm {
  const ending = extname(file).slice(1).toLowerCase();
  return ending === 'wacz' || ending === 'cdxj' ? ending : 'warc';
}
