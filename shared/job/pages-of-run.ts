/** Pages that a run has kept, from which another job takes items (`spinneret extract`). */
export interface PagesOfRun {
  /** Their run. */
  run: string;
  /** Absolute. */
  folder: string;
  files: PagesFile[];
  /** URL patterns of the answers of scripts that pages of a label are read from (`from: xhr`). */
  answers?: Record<string, string[]>;
}

/** A file of pages that a run has kept, beside its items. */
export interface PagesFile {
  /** In the folder of the run. */
  name: string;
  bytes: number;
  pages: number;
  /** Where records begin from which a reader may go on, half a megabyte or more apart: offsets in bytes. */
  parts: number[];
}
