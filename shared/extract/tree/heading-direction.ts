import type { Element } from 'domhandler';
import { visitInside } from '../selector/walk.ts';
import { textOf } from '../values/text.ts';
import { elementsIn, type TableGrid } from './table-grid.ts';

/** Where the values of a heading stand. */
export interface HeadingDirection {
  isBelow: boolean;
  /** Does the table not say which of both it is? */
  isDoubtful: boolean;
}

const below: HeadingDirection = { isBelow: true, isDoubtful: false };
const beside: HeadingDirection = { isBelow: false, isDoubtful: false };

/**
 * Whether the row of a heading names the columns of its table, so that its values are below it. Rows of `thead` and of `th` alone do. Of a first
 * row of plain cells its look and its columns decide: `Weight | Size` above `12 kg | M` names them, `Weight | 12 kg` above `Size | M` does
 * not. `index`: of the heading among the cells of its row.
 */
export function directionOf(grid: TableGrid, row: Element, index: number): HeadingDirection {
  const top = grid.elements.indexOf(row);
  const cells = cellsOf(grid, top);
  const isOfHeadings = cells.length > 1 && cells.every(isHeading);
  if (isOfHeadings || grid.isHeader[top] === true) {
    return cells.length > 1 || grid.rows.every(({ length }) => length === 1) ? below : beside;
  }
  if (cells.length < 2 || cells.some(isHeading)) return beside;
  const known = judged.get(row) ?? judge(grid, row, cells);
  judged.set(row, known);
  return known(index);
}

/** By the position of a cell in its row. */
type Judgement = (index: number) => HeadingDirection;

const judged = new WeakMap<Element, Judgement>();

function judge(grid: TableGrid, row: Element, cells: readonly Element[]): Judgement {
  const [first, ...rows] = grid.rows
    .map((_, at) => cellsOf(grid, at))
    .filter(({ length }) => length === cells.length);
  return first?.[0] === cells[0] ? judgeRow(row, cells, rows) : () => beside;
}

/** As `directionOf`, of a first row of plain cells. `rows`: those below, with as many cells each. */
export function judgeRow(row: Element, cells: readonly Element[], rows: readonly Element[][]): Judgement {
  if (rows.length === 0 || !mayBeNames(cells.map(textOf))) return () => beside;
  const byLook = directionByLook(row, cells, rows);
  if (byLook !== undefined) return () => byLook;
  const holdsAmounts = cells.map((_, column) => isOfAmounts(rows, column));
  const isEven = cells.length % 2 === 0;
  // In pairs beside one another, every second cell is a heading.
  const areNames = holdsAmounts.some((is, column) => is && (column === 0 || (isEven && column % 2 === 0)));
  const unsure = { isBelow: !isEven, isDoubtful: true };
  return (index) => (areNames || holdsAmounts[index] === true ? below : unsure);
}

/** Each cell once, whatever it spans. */
function cellsOf({ rows }: TableGrid, index: number): Element[] {
  return [...new Set(rows[index]?.filter((cell) => cell !== undefined))];
}

function isHeading({ name }: Element): boolean {
  return name === 'th';
}

const maxNameChars = 80;
/** Beside a label alone, what is longer is a description. */
const maxNameCharsOfTwo = 40;

/** Names of columns are short and no amounts; the first one, of a corner, may be empty. */
function mayBeNames(texts: readonly string[]): boolean {
  const maxChars = texts.length === 2 ? maxNameCharsOfTwo : maxNameChars;
  const isName = (text: string) => text.length <= maxChars && !isAmount(text) && !/[:：]$/u.test(text);
  return texts.every((text, index) => isName(text) && (text !== '' || index === 0)) && texts.at(-1) !== '';
}

/** Does a number come first, such as in `12 kg`, `$5`, `USD 5` and `2024-05-01`? */
function isAmount(text: string): boolean {
  return /^[^\p{L}\p{N}]{0,4}(?:[A-Z]{1,3}\s?\p{Sc}?\s?)?\p{Nd}/u.test(text);
}

function isOfAmounts(rows: readonly Element[][], column: number): boolean {
  const texts = rows.map((cells) => cells[column]).flatMap((cell) => (cell && textOf(cell)) || []);
  return texts.length > 0 && texts.every(isAmount);
}

/** `rows`: those below. */
function directionByLook(
  row: Element,
  cells: readonly Element[],
  rows: readonly Element[][],
): HeadingDirection | undefined {
  if (isCalledHead(row) || cells.every(isCalledHead)) return below;
  const areStrong = cells.map(isStrong);
  const isFirstStrongBelow = rows.some(([first]) => first !== undefined && isStrong(first));
  if (areStrong.every((is) => is) && !isFirstStrongBelow) return below;
  if (areStrong[0] === true && !areStrong.every((is) => is)) return beside;
  const isOfData = cells.some((_, column) => [cells, ...rows].every((one) => holdsData(one[column])));
  return isOfData || haveClassesOfPairs([cells, ...rows]) ? beside : undefined;
}

/** `class="table-head"`. */
function isCalledHead({ attribs }: Element): boolean {
  return /(?:^|[^a-z]|table|tbl|th?|row|col)head(?:er|ing)?s?(?![a-z])/iu.test(attribs['class'] ?? '');
}

/** Is all of its text bold? */
function isStrong(cell: Element): boolean {
  if (/font-weight\s*:\s*(?:bold|[6-9]00)/iu.test(cell.attribs['style'] ?? '')) return true;
  const text = textOf(cell);
  const strong = elementsIn(cell).filter(({ name }) => strongElements.has(name));
  return text !== '' && strong.map(textOf).join(' ') === text;
}

const strongElements: ReadonlySet<string> = new Set(['b', 'strong', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/** Has it what names of columns have not, such as code or a picture? */
function holdsData(cell: Element | undefined): boolean {
  return cell !== undefined && visitInside(cell.children, ({ name }) => dataElements.has(name));
}

const dataElements: ReadonlySet<string> = new Set('code tt kbd samp var img input select'.split(' '));

/** Two columns whose classes say from the first row on that they are labels and values. */
function haveClassesOfPairs(rows: readonly (readonly Element[])[]): boolean {
  return rows.every(([label, value, other]) => {
    const [one = '', two = ''] = [label?.attribs['class'], value?.attribs['class']];
    const areNamed =
      (labelClass.test(one) && !labelClass.test(two)) || (valueClass.test(two) && !valueClass.test(one));
    return other === undefined && areNamed;
  });
}

const labelClass = /label|key|term|prop|attr|caption|spec(?!ial)/iu;
const valueClass = /val|data|desc|content|def/iu;
