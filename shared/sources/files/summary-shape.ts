import type { CodeCount } from '../../text/code-counts.ts';

/** What came of the files that items name. */
export interface FilesSummary {
  admitted: number;
  stored: number;
  failed: number;
  skipped: number;
  cancelled: number;
  /** Of those that are stored, each time one is. */
  bytes: number;
  /** Stored ones whose bytes were kept already, by this run or an earlier one of the job. */
  equal: number;
  failures: CodeCount[];
  skips: CodeCount[];
}
