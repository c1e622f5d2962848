import { lacksFile } from '../sources/files/remarks.ts';
import type { ItemRemarks } from '../sources/reports.ts';
import { itemsOf } from './layout.ts';
import type { ExportRecord } from './records.ts';

export interface Kept {
  record: ExportRecord;
  /** What the reader of a file must know of it. */
  remarks: (keyof ItemRemarks)[];
}

/** What may still be kept of a record at `now` (epoch ms): all of it, unless its source has terms. What it lacks is remarked. */
export function withinTerms(record: ExportRecord, now: number): Kept {
  const kept = itemsOf(record['_item'])?.keep(record, now) ?? { record, remarks: [] };
  return lacksFile(kept.record) ? { ...kept, remarks: [...kept.remarks, 'lackFiles'] } : kept;
}
