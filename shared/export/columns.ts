import type { ItemMarks } from '../sources/reports.ts';
import type { FoundColumns } from './format.ts';
import { itemsOf, layoutOf } from './layout.ts';
import type { ExportRecord } from './records.ts';
import type { Remarks } from './remarks.ts';
import { excelLimits } from './xlsx/limits.ts';

/** What a reader of the cells must know about them. */
export type CellRemarks = Pick<Remarks, 'longCells' | 'brokenCells'>;

/** Collects the columns of records, and adds to `remarks` what a reader of their cells must know. */
export function lookForColumns(remarks: CellRemarks): {
  add(record: ExportRecord): void;
  found(): FoundColumns;
} {
  const columns = new Set<string>();
  const marks: Partial<ItemMarks> = {};
  return {
    add(record) {
      const items = itemsOf(record['_item']);
      if (items !== undefined) marks[items.mark] = true;
      for (const [column, cell] of layoutOf(record['_item']).cells(record)) {
        columns.add(column);
        if (typeof cell !== 'string') continue;
        if (cell.length > excelLimits.textChars) remarks.longCells += 1;
        if (!cell.isWellFormed()) remarks.brokenCells += 1;
      }
    },
    found: () => ({ columns: [...columns], ...marks }),
  };
}
