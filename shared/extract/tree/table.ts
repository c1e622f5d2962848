import { type Element, isTag } from 'domhandler';
import type { Json } from '../../model.ts';
import type { ValueMark } from '../fields/language.ts';
import { shown } from '../fields/read-value.ts';
import type { Loss } from '../fields/reading.ts';
import { marksOfNames, numberNames } from '../values/number-names.ts';
import { textOf } from '../values/text.ts';
import type { Spot } from './spot.ts';
import { elementsIn, gridOf } from './table-grid.ts';
import { layoutOf } from './table-layout.ts';
import { cellsByName } from './table-rows.ts';

/**
 * The rows of the first table at or below `spot`, as objects by the names of their columns (`layoutOf`). Empty cells are null; with
 * groups, each row has its `_group`. `undefined` without a table. Throws `EXTRACT_FAILED` beyond a million cells.
 */
export function readRows(spot: Spot): Json | undefined {
  const table = find(spot, ['table']);
  if (table === undefined) return undefined;
  const layout = layoutOf(table);
  const rows = Array.from(layout.rows.values(), (row) => cellsByName(row, layout));
  return marked(rows, marksOfNames(layout.oddities));
}

/** The rows of data of the first table at or below `spot`. */
export function rowsOfFirst(spot: Spot): Element[] {
  const table = find(spot, ['table']);
  return table === undefined ? [] : [...layoutOf(table).rows.keys()];
}

/**
 * The first table or definition list at or below `spot` as one object: `<th>` to the `<td>` after it,
 * first cell to second where there is no `<th>`, `<dt>` to its `<dd>`. Several values of one heading, such as those of rows that it
 * spans, are joined by ", "; a second heading of the same text gets a number. `undefined` without a table or list. Cells with text that
 * are in no pair, such as a third one, are lost (`lossesOfTables`).
 */
export function readPairs(spot: Spot): Json | undefined {
  const found = find(spot, ['table', 'dl']);
  if (found === undefined) return undefined;
  const unpaired: string[] = [];
  const all = found.name === 'dl' ? pairsOfList(found, unpaired) : pairsOfTable(found, unpaired);
  const pairs = all.filter(([key]) => key !== '');
  unpaired.push(...all.flatMap(([key, value]) => (key === '' && value !== '' ? [value] : [])));
  const names = numberNames(pairs.map(([key]) => key));
  const numbered = names.filter((name, index) => name !== pairs[index]?.[0]);
  const object = Object.fromEntries(names.map((name, index) => [name, pairs[index]?.[1] || null]));
  if (unpaired.length > 0) unpairedOf.set(object, unpaired);
  return marked(object, marksOfNames({ repeated: numbered }));
}

/** The texts of cells that the value of a table lacks. */
const unpairedOf = new WeakMap<object, string[]>();

/** What the value of a table, or those of a list of tables, lacks of the table. */
export function lossesOfTables(value: Json): Loss[] {
  const tables = Array.isArray(value) ? value : [value];
  const texts = tables.flatMap((table) => (isObject(table) ? (unpairedOf.get(table) ?? []) : []));
  const [first] = texts;
  if (first === undefined) return [];
  return [{ step: 'cell', found: shown(first), ...(texts.length === 1 ? {} : { times: texts.length }) }];
}

const marksOf = new WeakMap<object, ValueMark[]>();

function marked<Value extends object>(value: Value, marks: ValueMark[]): Value {
  if (marks.length > 0) marksOf.set(value, marks);
  return value;
}

/** What is to be marked of the value of a table, or of those of a list of tables: headings that do not do as names. */
export function marksOfTables(value: Json): ValueMark[] {
  if (!isObject(value)) return [];
  const own = marksOf.get(value);
  return own ?? (Array.isArray(value) ? value.flatMap((entry) => marksInEntry(entry)) : []);
}

function marksInEntry(entry: Json): ValueMark[] {
  return isObject(entry) ? (marksOf.get(entry) ?? []) : [];
}

function isObject(value: Json): value is Json[] | Record<string, Json> {
  return typeof value === 'object' && value !== null;
}

function find(spot: Spot, names: string[]): Element | undefined {
  const waiting: Element[] = isTag(spot) ? [spot] : elementsIn(spot).reverse();
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    if (names.includes(element.name)) return element;
    for (const child of elementsIn(element).reverse()) waiting.push(child);
  }
  return undefined;
}

type Pair = [key: string, value: string];

/** `unpaired` gets the texts that are in no pair. */
function pairsOfTable(table: Element, unpaired: string[]): Pair[] {
  const values = new Map<Element, Set<Element>>();
  const seen = new Set<Element>();
  for (const row of gridOf(table).rows) {
    const cells = [...new Set(row.filter((cell) => cell !== undefined))];
    for (const cell of cells) seen.add(cell);
    for (const [key, value] of cellPairs(cells)) {
      values.set(key, (values.get(key) ?? new Set()).add(value));
    }
  }
  for (const [key, cells] of values) for (const cell of [key, ...cells]) seen.delete(cell);
  for (const cell of seen) addText(unpaired, cell);
  return [...values].map(([key, cells]): Pair => {
    const texts = [...cells].map(textOf).filter((text) => text !== '');
    return [textOf(key), texts.join(', ')];
  });
}

/** A heading without a value beside it, such as that of the whole table, is none that is lost. */
function addText(texts: string[], cell: Element): void {
  const text = cell.name === 'th' ? '' : textOf(cell);
  if (text !== '') texts.push(text);
}

function cellPairs(cells: readonly Element[]): [key: Element, value: Element][] {
  if (!cells.some(({ name }) => name === 'th')) {
    const [first, second] = cells;
    return first && second ? [[first, second]] : [];
  }
  return cells.flatMap((cell, index): [Element, Element][] => {
    const next = cells[index + 1];
    return cell.name === 'th' && next?.name === 'td' ? [[cell, next]] : [];
  });
}

/** `unpaired` gets the texts that are in no pair. */
function pairsOfList(list: Element, unpaired: string[]): Pair[] {
  const entries = elementsIn(list).flatMap((entry) => (entry.name === 'div' ? elementsIn(entry) : [entry]));
  const pairs: { keys: string[]; values: string[] }[] = [];
  for (const entry of entries) {
    const open = pairs.at(-1);
    if (entry.name === 'dt' && open?.values.length === 0) open.keys.push(textOf(entry));
    else if (entry.name === 'dt') pairs.push({ keys: [textOf(entry)], values: [] });
    else if (entry.name !== 'dd') continue;
    else if (open === undefined) addText(unpaired, entry);
    else open.values.push(textOf(entry));
  }
  return pairs.flatMap(({ keys, values }) => keys.map((key): Pair => [key, values.join(', ')]));
}
