/** Bounds of the steps of an export, so that each fits well into one call of the function. */
export interface FinishLimits {
  /** One part: what one step reads, compresses and writes. The first limit that is reached ends it. */
  part: { outcomes: number; records: number; bytes: number };
  /**
   * Uncompressed bytes of a sorted part that a merge reads at once; it holds two blocks of each part, since the
   * next is being read.
   */
  blockBytes: number;
  /** The number of parts that can be merged in the memory of the function. */
  mergedParts: number;
  /** Limits of a spreadsheet, which is made as a whole. */
  workbook: { rows: number; bytes: number };
  /** Columns of a CSV file. */
  columns: number;
  /** The minimum size of a part of an upload, except for the last ("Multipart upload limits"). */
  uploadBytes: number;
  /** The least time that must be left for a step to begin: twice the duration of the longest. */
  reserveMs: number;
}

const mebibyte = 1024 ** 2;

/**
 * For 1,769 MB of memory and 15 minutes. Sorting a run of a single part takes some twice `part.bytes` of `/tmp`;
 * nothing else uses it. A merge holds up to 1,000 × 2 blocks of a quarter of a MB.
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
