/** Pages that a run has kept, from which another job takes items (`spinneret extract`). */
export interface PagesOfRun {
  /** Their run. */
  run: string;
  /** Absolute. */
  folder: string;
  files: PagesFile[];
  /** Of a run that came again: earlier runs of its job that fetched what it did not, the newest first. */
  earlier?: Pick<PagesOfRun, 'run' | 'folder' | 'files'>[];
  /** Pages that it did not fetch, and that no earlier run has kept. @default as many as the files say */
  left?: number;
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
