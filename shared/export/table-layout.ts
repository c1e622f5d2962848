import type { Cell } from './cells.ts';
import type { ExportRecord } from './records.ts';

export interface TableColumn {
  /** Key of `cells`. */
  column: string;
  label: string;
}

/** How records of one kind lie in a table. */
export interface Layout {
  cells(record: ExportRecord): Map<string, Cell>;
  /** The columns in the table's order, each with the text of its header. */
  arrange(columns: Iterable<string>): TableColumn[];
}
