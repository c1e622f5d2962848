import { type CellRemarks, lookForColumns } from '../../shared/export/columns.ts';
import type { FoundColumns } from '../../shared/export/format.ts';
import type { ExportRecord } from '../../shared/export/records.ts';

/** What a table must know of a part of its records, and what the reader of its cells must know. */
export type PartColumns = FoundColumns & CellRemarks;

/** For records that are lines of JSON. */
export function columnsIn(lines: string[]): PartColumns {
  const remarks = { longCells: 0, brokenCells: 0 };
  const { add, found } = lookForColumns(remarks);
  for (const line of lines) add(JSON.parse(line) as ExportRecord);
  return { ...found(), ...remarks };
}
