/** Bounds of the steps of an export, so that each is done well within one call of the function. */
export interface FinishLimits {
  /** One part: what is read, compressed and written by one step. The first of them that is reached ends it. */
  part: { outcomes: number; records: number; bytes: number };
  /** Uncompressed; what a merge reads of a sorted part at once, twice over: the next is on its way. */
  blockBytes: number;
  /** Parts that can be merged: more would not fit the memory. */
  mergedParts: number;
  /** Of a spreadsheet, which is made in one go. */
  workbook: { rows: number; bytes: number };
  /** Of the table of a CSV file. */
  columns: number;
  /** The least that S3 takes as a part of an upload, but for the last ("Multipart upload limits"). */
  uploadBytes: number;
  /** No step is begun with less time than that: as long as the longest takes, and twice that. */
  reserveMs: number;
}

const mebibyte = 1024 ** 2;

/**
 * With 1,769 MB of memory and 15 minutes. Sorting the whole of a run that has no more than one part takes some twice
 * `part.bytes` of `/tmp`; nothing else takes any. A merge holds up to 1,000 × 2 blocks of a quarter of a MB.
 */
export const finishLimits: FinishLimits = {
  part: { outcomes: 20_000, records: 250_000, bytes: 128 * mebibyte },
  blockBytes: mebibyte / 4,
  mergedParts: 1_000,
  workbook: { rows: 1_048_575, bytes: 512 * mebibyte },
  columns: 16_384,
  uploadBytes: 5 * mebibyte,
  reserveMs: 420_000,
};
