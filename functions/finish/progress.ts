import type { Usage } from '../../shared/cost/cost.ts';
import type { ExportFormat } from '../../shared/job/export-formats.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Counts, Run } from '../../shared/model.ts';
import type { ItemRemarks } from '../../shared/sources/reports.ts';
import type { ExportedFile, ExportTarget } from '../export-to-bucket.ts';
import type { PartColumns } from './columns-in.ts';
import type { FinishLimits } from './limits.ts';
import type { PartStore } from './part-store.ts';

/**
 * The steps of finishing a run, in their order. A run whose records fill no more than one part: `lines`, `whole` for
 * each other format, `coverage`, `end`. A larger one: `lines` for each part, `merge` for each part if it is sorted,
 * `rows` for each part, `workbook`, `assemble` for each file that is put together, `coverage`, `end`.
 */
export type StepName = 'lines' | 'whole' | 'merge' | 'rows' | 'workbook' | 'assemble' | 'coverage' | 'end';

/** Where the export of a run stands: what its message carries from call to call. */
export interface Progress {
  step: StepName;
  /** Which part, format or file is next in this step. */
  part: number;
  /** Epoch ms: what may be kept of items is decided as of then, in every part alike. */
  startedAt: number;
  /** `lines`: the last batch that was read. */
  after?: string;
  /** How many parts the records fill as they came, and how many the other formats are made of: the same, or those in order. */
  lineParts: number;
  parts: number;
  /** Why they are not sorted, although the job asks for it. */
  unsorted?: 'noField' | 'noRoom';
  /** A call that did several steps failed or died: from now on each step is a call of its own, to find which. */
  isCareful?: true;
  /** How often it was left to a function of a newer version, which alone can read its outcomes. */
  handedOn?: number;
  /** Records in the parts before this one. */
  before: number;
  files: ExportedFile[];
  /** What could not be made, after all attempts. */
  lost: LostFile[];
  coverage: string[];
  /** By the calls before this one. */
  used: Usage;
}

/** A file that a run should have left; `code` is in docs/errors.md. */
export interface LostFile {
  what: ExportFormat | 'incomplete' | 'failures' | 'coverage';
  code: 'EXPORT_LOST';
}

/** What every step works with. */
export interface Exporting extends ExportTarget {
  run: Run;
  job: Job;
  counts: Counts;
  store: PartStore;
  limits: FinishLimits;
}

/** Does one step, or one part of it, and says what is next. */
export type FinishStep = (exporting: Exporting, progress: Progress) => Promise<Progress>;

export const lineKinds = ['items', 'incomplete', 'failures'] as const;
export type LineKind = (typeof lineKinds)[number];

export interface PartCounts {
  records: number;
  /** Before compression. */
  bytes: number;
  /** Of the object. */
  size: number;
}

/** Of a part of the records as they came. */
export interface LinesNote extends ItemRemarks {
  last: string;
  isLast: boolean;
  kinds: Record<LineKind, PartCounts>;
  /** Where each block of the sorted part begins, and where the last one ends; if it is to be sorted. */
  blocks?: number[];
  /** Records that have the field to sort by. */
  found: number;
  /** If they make a table and are not sorted. */
  columns?: PartColumns;
  /** Searches of an area, for the report about them. */
  cells: number;
}

/** Of a part of the records in order. */
export interface OrderedNote extends PartCounts {
  isLast: boolean;
  /** How far each sorted part is read: a block, and lines of it. */
  positions: [block: number, line: number][];
  columns?: PartColumns;
}

/** Of a part in the formats that are put together. */
export type RowsNote = Partial<Record<ExportFormat, PartCounts>>;

export const noCounts: PartCounts = { records: 0, bytes: 0, size: 0 };

export function addCounts(a: PartCounts, b: PartCounts = noCounts): PartCounts {
  return { records: a.records + b.records, bytes: a.bytes + b.bytes, size: a.size + b.size };
}

/** The formats beside JSONL, which is always written. */
export function otherFormats({ output }: Job): ExportFormat[] {
  return output.formats.filter((format) => format !== 'jsonl');
}
