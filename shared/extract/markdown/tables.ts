import { type AnyNode, type Element, isTag, isText } from 'domhandler';
import { gridOf, type TableGrid } from '../tree/table-grid.ts';
import { isBlank } from '../values/text.ts';
import type { MarkdownContext } from './context.ts';
import { isOmitted, nodesIn } from './elements.ts';
import { readInline, type Wrapping } from './inline.ts';
import { writeInline } from './write-inline.ts';

/** Elements in cells that no row of text can hold: the table is there for the layout of the page. */
const wholeBlocks: ReadonlySet<string> = new Set([
  ...['table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'blockquote', 'form', 'article', 'section', 'nav'],
]);

/** Has it rows and columns of data, rather than being a layout of blocks? One row without headers is no table of data. */
export function isDataTable(table: Element): boolean {
  const role = table.attribs['role']?.trim().toLowerCase();
  if (role === 'presentation' || role === 'none') return false;
  for (const node of nodesIn(table)) {
    if (node !== table && isTag(node) && wholeBlocks.has(node.name)) return false;
  }
  const { rows, headerRows } = gridOf(table);
  if (rows.length === 1 && headerRows === 0) return false;
  const width = rows.reduce((widest, { length }) => Math.max(widest, length), 0);
  return width > 1 || (width === 1 && rows.length > 1 && rows[0]?.[0]?.name === 'th');
}

/** The code of a listing that is a table with the numbers of its lines in the first column. */
export function codeOfListing(table: Element): Element | undefined {
  const [row = [], ...others] = gridOf(table).rows;
  const [numbers, code, ...rest] = row.map((cell) => cell && onlyPre(cell));
  if (others.length > 0 || rest.length > 0 || numbers === undefined || code === undefined) return undefined;
  for (const node of nodesIn(numbers)) if (isText(node) && /[^\d\s]/.test(node.data)) return undefined;
  return code;
}

function onlyPre(cell: Element): Element | undefined {
  let at = cell;
  for (let depth = 0; depth < 4; depth++) {
    if (at.name === 'pre') return at;
    const shown = at.children.filter((node) => isTag(node) || (isText(node) && !isBlank(node.data)));
    const [only] = shown;
    if (shown.length !== 1 || only === undefined || !isTag(only)) return undefined;
    at = only;
  }
  return undefined;
}

/** `write`: of a caption its nodes, of the rows their Markdown. A cell over several rows or columns stands in its first. */
export function writeTable(
  table: Element,
  context: MarkdownContext,
  wrapping: Wrapping,
  write: (part: string | readonly AnyNode[]) => void,
): void {
  for (const caption of table.children) {
    if (isTag(caption) && caption.name === 'caption' && !isOmitted(caption)) write(caption.children);
  }
  const grid = gridOf(table);
  const texts = textsOf(grid, context, wrapping);
  const width = texts.reduce(
    (widest, row) => Math.max(widest, row.findLastIndex((text) => text !== '') + 1),
    0,
  );
  if (width === 0) return;
  const header = Array.from({ length: width }, (_, column) =>
    texts
      .slice(0, grid.headerRows)
      .map((row) => row[column] ?? '')
      .filter((text) => text !== '')
      .join(' '),
  );
  const body = texts.slice(grid.headerRows).filter((row) => row.some((text) => text !== ''));
  write(
    [writeRow(header, width), writeDelimiters(grid, width), ...body.map((row) => writeRow(row, width))].join(
      '\n',
    ),
  );
}

function textsOf({ rows }: TableGrid, context: MarkdownContext, wrapping: Wrapping): string[][] {
  const written = new Set<Element>();
  return rows.map((row) =>
    row.map((cell) => {
      if (cell === undefined || written.has(cell) || isOmitted(cell)) return '';
      written.add(cell);
      return writeInline(readInline(cell.children, context, wrapping, true).tokens, 'table-cell');
    }),
  );
}

function writeRow(row: readonly string[], width: number): string {
  const cells = Array.from({ length: width }, (_, column) => row[column] ?? '');
  return `|${cells.map((text) => ` ${text} `).join('|')}|`;
}

const delimiterOf: Readonly<Record<string, string>> = { left: ':--', right: '--:', center: ':-:' };

/** The first cell of a column says how it is aligned. */
function writeDelimiters({ rows }: TableGrid, width: number): string {
  const cells = Array.from({ length: width }, (_, column) => {
    const cell = rows.find((row) => row[column] !== undefined)?.[column];
    return delimiterOf[cell === undefined ? '' : alignmentOf(cell)] ?? '---';
  });
  return `|${cells.map((text) => ` ${text} `).join('|')}|`;
}

/** `left`, `right`, `center` or `''`. */
export function alignmentOf({ attribs }: Pick<Element, 'attribs'>): string {
  const styled = /(?:^|;)\s{0,9}text-align\s{0,9}:\s{0,9}(left|right|center)/i.exec(
    attribs['style'] ?? '',
  )?.[1];
  return (styled ?? attribs['align'] ?? '').toLowerCase();
}
