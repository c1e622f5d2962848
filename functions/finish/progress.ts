import type { Usage } from '../../shared/cost/cost.ts';
import type { ExportFormat } from '../../shared/job/export-formats.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Counts, Run } from '../../shared/model.ts';
import type { CompleteItem, ItemRemarks } from '../../shared/sources/reports.ts';
import type { ExportedFile, ExportTarget } from '../export-to-bucket.ts';
import type { PartColumns } from './columns-in.ts';
import type { FinishLimits } from './limits.ts';
import type { PartStore } from './part-store.ts';

/**
 * The steps of finishing a run, in their order. A run whose records fill no more than one part: `facts`, `lines`, `whole`
 * for each other format, `coverage`, `end`. A larger one: `facts` and `lines` for each part, `merge` for each part if it is
 * sorted, `rows` for each part, `workbook`, `assemble` for each file that is joined, `coverage`, `end`.
 */
export type StepName =
  | 'facts'
  | 'lines'
  | 'whole'
  | 'merge'
  | 'rows'
  | 'workbook'
  | 'assemble'
  | 'coverage'
  | 'end';

/** The state of a run's export, which its message carries from call to call. */
export interface Progress {
  step: StepName;
  /** The next part, format or file of this step. */
  part: number;
  /** Epoch ms: what may be kept of items is decided as of then, in every part alike. */
  startedAt: number;
  /** `facts`, `lines`: the last batch that was read. */
  after?: string;
  /** The number of parts with facts that add to items; absent where none do, or they could not be read. */
  factParts?: number;
  /**
   * The number of parts with the records in their original order, and of those from which the other formats are
   * made: the same, or the sorted ones.
   */
  lineParts: number;
  parts: number;
  /** Why the records are not sorted, although the job asks for it. */
  unsorted?: 'noField' | 'noRoom';
  /**
   * A call that did several steps failed or died: from now on each step is a call of its own, to find the one at
   * fault.
   */
  isCareful?: true;
  /** How often it was left to a function of a newer version, since only that can read its outcomes. */
  handedOn?: number;
  /** Records in the parts before this one. */
  before: number;
  files: ExportedFile[];
  /** Files that could not be made, after all attempts. */
  lost: LostFile[];
  coverage: string[];
  /** Usage of the calls before this one. */
  used: Usage;
}

/** A file that a run should have; `code` is in docs/errors.md. */
export interface LostFile {
  what: ExportFormat | 'incomplete' | 'misfits' | 'failures' | 'gone' | 'coverage' | 'mentions';
  code: 'EXPORT_LOST';
}

/** What every step needs. */
export interface Exporting extends ExportTarget {
  run: Run;
  job: Job;
  counts: Counts;
  store: PartStore;
  limits: FinishLimits;
  /** What facts add to items, once this call has read them. */
  complete?: CompleteItem;
}

/** The note of a part of the facts. */
export interface FactsNote {
  last: string;
  isLast: boolean;
}

/** Does one step, or one part of it, and returns what is next. */
export type FinishStep = (exporting: Exporting, progress: Progress) => Promise<Progress>;

export const lineKinds = ['items', 'incomplete', 'misfits', 'failures', 'gone'] as const;
export type LineKind = (typeof lineKinds)[number];

export interface PartCounts {
  records: number;
  /** Before compression. */
  bytes: number;
  /** Bytes of the object. */
  size: number;
}

/** The note of a part with records in their original order. */
export interface LinesNote extends ItemRemarks {
  last: string;
  isLast: boolean;
  kinds: Record<LineKind, PartCounts>;
  /**
   * The offset at which each block of the sorted part begins, and at which the last one ends; if it is to be
   * sorted.
   */
  blocks?: number[];
  /** The number of records that have the field to sort by. */
  found: number;
  /** If they make a table and are not sorted. */
  columns?: PartColumns;
}

/** The note of a part with sorted records. */
export interface OrderedNote extends PartCounts {
  isLast: boolean;
  /** The position in each sorted part: a block, and lines of it. */
  positions: [block: number, line: number][];
  columns?: PartColumns;
}

/** The note of a part in the formats that are joined. */
export type RowsNote = Partial<Record<ExportFormat, PartCounts>>;

export const noCounts: PartCounts = { records: 0, bytes: 0, size: 0 };

export function addCounts(a: PartCounts, b: PartCounts = noCounts): PartCounts {
  return { records: a.records + b.records, bytes: a.bytes + b.bytes, size: a.size + b.size };
}

/** The formats besides JSONL, which is always written. */
export function otherFormats({ output }: Job): ExportFormat[] {
  return output.formats.filter((format) => format !== 'jsonl');
}
