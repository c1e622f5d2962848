import type { Json } from '../model.ts';
import { type Cell, cellsOf } from './cells.ts';
import { placeLayout } from './place-columns.ts';
import type { ExportRecord } from './records.ts';

/** How records of one kind lie in a table. */
export interface Layout {
  cells(record: ExportRecord): Map<string, Cell>;
  /** The columns in the table's order, each with the text of its header. */
  arrange(columns: Iterable<string>): TableColumn[];
}

export interface TableColumn {
  /** Key of `cells`. */
  column: string;
  label: string;
}

/** Columns as they come: in order of first appearance, under their own names. */
const plainLayout: Layout = {
  cells: cellsOf,
  arrange: (columns) => [...columns].map((column) => ({ column, label: column })),
};

/** The layout of records with this `_item`. */
export function layoutOf(item: Json | undefined): Layout {
  return item === 'place' ? placeLayout : plainLayout;
}
