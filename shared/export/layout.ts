import type { Json } from '../model.ts';
import { cellsOf } from './cells.ts';
import { placeLayout } from './place-columns.ts';
import type { Layout } from './table-layout.ts';

/** Columns as they come: in order of first appearance, under their own names. */
const plainLayout: Layout = {
  cells: cellsOf,
  arrange: (columns) => [...columns].map((column) => ({ column, label: column })),
};

/** The layout of records with this `_item`. */
export function layoutOf(item: Json | undefined): Layout {
  return item === 'place' ? placeLayout : plainLayout;
}
