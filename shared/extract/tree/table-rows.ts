import { type AnyNode, type Document, type Element, hasChildren, isTag } from 'domhandler';
import type { Json } from '../../model.ts';
import type { Reading } from '../fields/reading.ts';
import { marksOfNames } from '../values/number-names.ts';
import { textOf } from '../values/text.ts';
import type { Spot } from './spot.ts';
import { elementsIn } from './table-grid.ts';
import { type DataRow, layoutOf, type TableLayout } from './table-layout.ts';
import { textSpot } from './text-spot.ts';

type OnMark = Reading['onMark'];

/** A row of data and its table. */
interface PlacedRow {
  table: Element;
  layout: TableLayout;
  row: DataRow;
}

/** The rows of data of these tables, in their order; one that is within another is a table of its own. */
export function rowsOfTables(tables: readonly Element[]): Element[] {
  return tables.filter(({ name }) => name === 'table').flatMap((table) => [...layoutOf(table).rows.keys()]);
}

/**
 * The cell under this heading in the row that is the scope. `_table` is the number of its table on the page, `_caption` its caption,
 * `_heading` the heading of the page that stands before it, `_group` the heading over the whole width above the row.
 */
export function cellsUnder(scope: Spot, column: string): Spot[] {
  const placed = placedRow(scope);
  if (placed === undefined) return [];
  const { row } = placed;
  const fact = facts.get(column);
  const found = fact === undefined ? row.cells[row.columns.get(column) ?? -1] : fact(placed);
  return found === undefined ? [] : [found];
}

/** What is known of a row besides its cells, as names that no column has. */
const facts: ReadonlyMap<string, (placed: PlacedRow) => Element | undefined> = new Map([
  ['_table', ({ table }: PlacedRow) => textSpot(String(positionOf(table).number), table)],
  ['_caption', ({ table }: PlacedRow) => captionOf(table)],
  ['_heading', ({ table }: PlacedRow) => positionOf(table).heading],
  ['_group', ({ table, row }: PlacedRow) => (row.group == null ? undefined : textSpot(row.group, table))],
]);

/** Has the table of this row several columns with this heading, of which `cellsUnder` takes the first? */
export function isRepeatedHeading(scope: Spot, column: string): boolean {
  return placedRow(scope)?.layout.oddities.texts.has(column) === true;
}

/** A row as an item: its cells by name, and what is known of its table. The first row of each says what is odd about its columns. */
export function wholeRow(element: Element, onMark: OnMark): Record<string, Json> {
  const placed = placedRow(element);
  if (placed === undefined) return {};
  const { table, layout, row } = placed;
  const [first] = layout.rows.keys();
  if (first === element) for (const mark of marksOfNames(layout.oddities)) onMark({ ...mark, field: '' });
  const { number, heading } = positionOf(table);
  const caption = captionOf(table);
  return {
    _table: number,
    _caption: (caption && textOf(caption)) || null,
    _heading: (heading && textOf(heading)) || null,
    ...cellsByName(row, layout),
  };
}

/** The texts of a row by the names of its columns, null where a cell is empty. */
export function cellsByName(row: DataRow, layout: TableLayout): Record<string, Json> {
  const cells = Array.from(row.columns, ([name, column]): [string, Json] => [
    name,
    layout.textOf(row.cells[column]) || null,
  ]);
  return Object.fromEntries(row.group === undefined ? cells : [['_group', row.group], ...cells]);
}

function placedRow(scope: Spot): PlacedRow | undefined {
  if (!isTag(scope) || scope.name !== 'tr') return undefined;
  const { parent } = scope;
  const table = parent !== null && isTag(parent) && parent.name !== 'table' ? parent.parent : parent;
  if (table === null || !isTag(table) || table.name !== 'table') return undefined;
  const layout = layoutOf(table);
  const row = layout.rows.get(scope);
  return row && { table, layout, row };
}

function captionOf(table: Element): Element | undefined {
  return elementsIn(table).find(({ name }) => name === 'caption');
}

/** Where a table stands on its page. */
interface TablePosition {
  /** Among all tables of the page, from 1. */
  number: number;
  /** The last heading before it. */
  heading: Element | undefined;
}

const positions = new WeakMap<AnyNode, ReadonlyMap<Element, TablePosition>>();

function positionOf(table: Element): TablePosition {
  let root: AnyNode = table;
  while (root.parent !== null) root = root.parent;
  const known = positions.get(root) ?? findPositions(root);
  positions.set(root, known);
  return known.get(table) ?? { number: 1, heading: undefined };
}

/** Of all tables of a page in one walk. */
function findPositions(root: AnyNode): ReadonlyMap<Element, TablePosition> {
  const found = new Map<Element, TablePosition>();
  let heading: Element | undefined;
  const waiting: (Document | AnyNode)[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (isTag(node) && /^h[1-6]$/.test(node.name)) heading = node;
    if (isTag(node) && node.name === 'table') found.set(node, { number: found.size + 1, heading });
    if (hasChildren(node)) for (const child of node.children.toReversed()) waiting.push(child);
  }
  return found;
}
