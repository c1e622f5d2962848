import type { Json } from '../model.ts';
import type { ColumnOrder, ItemMarks, SourceItems } from '../sources/reports.ts';
import { itemsOfSources } from '../sources/sources.ts';
import { type Cell, cellsOf } from './cells.ts';
import type { ExportRecord } from './records.ts';

export interface TableColumn {
  /** Key of `cells`. */
  column: string;
  label: string;
}

/** The columns of one kind of record in a table. */
export interface Layout {
  cells(record: ExportRecord): Map<string, Cell>;
  /** The columns in the table's order, each with the text of its header. */
  arrange(columns: Iterable<string>): TableColumn[];
}

/** Columns in order of first appearance, under their own names. */
const plainLayout: Layout = {
  cells: cellsOf,
  arrange: (columns) => [...columns].map((column) => ({ column, label: column })),
};

const layouts = new Map(itemsOfSources.map(({ item, columns }) => [item, orderedLayout(columns)]));
const items = new Map(itemsOfSources.map((of) => [of.item, of]));

/** The properties of records with this `_item`; undefined for those of pages. */
export function itemsOf(item: Json | undefined): SourceItems | undefined {
  return typeof item === 'string' ? items.get(item) : undefined;
}

/** The layout of records with this `_item`. */
export function layoutOf(item: Json | undefined): Layout {
  return (typeof item === 'string' ? layouts.get(item) : undefined) ?? plainLayout;
}

/** The layout of a table with all kinds of records. */
export function sharedLayout(marks: Partial<ItemMarks>): Layout {
  return layoutOf(itemsOfSources.find(({ mark }) => marks[mark] === true)?.item);
}

/** The marks of one table that is made of several. */
export function joinMarks(tables: Partial<ItemMarks>[]): Partial<ItemMarks> {
  const marked = itemsOfSources.filter(({ mark }) => tables.some((marks) => marks[mark] === true));
  return Object.fromEntries(marked.map(({ mark }) => [mark, true]));
}

/** A layout whose columns and their order do not depend on the first record. */
function orderedLayout({ order, nested, shortened }: ColumnOrder): Layout {
  const ranks = new Map([...order, ...nested].map((path, index) => [path, index]));
  const rankOf = (column: string) => {
    const family = `${column.split('.')[0]}.*`;
    return ranks.get(column) ?? ranks.get(family) ?? ranks.get('*') ?? order.length;
  };
  return {
    cells: (record) => cellsOf(withNestedAsText(record, nested)),
    arrange(columns) {
      const sorted = [...columns].sort((a, b) => rankOf(a) - rankOf(b));
      const all = new Set(sorted);
      const taken = new Set<string>();
      return sorted.map((column): TableColumn => {
        const short = column.replace(shortened, '');
        const isFree = short === column || !(all.has(short) || taken.has(short));
        const label = isFree ? short : column;
        taken.add(label);
        return { column, label };
      });
    },
  };
}

function withNestedAsText(record: ExportRecord, nested: readonly string[]): ExportRecord {
  const isNested = ([key, value]: [string, Json]) => nested.includes(key) && value !== null;
  const texts = Object.entries(record)
    .filter(isNested)
    .map(([key, value]) => [key, JSON.stringify(value)]);
  return { ...record, ...Object.fromEntries(texts) };
}
