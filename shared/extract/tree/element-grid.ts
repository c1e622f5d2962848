import { type Element, isText } from 'domhandler';
import { parentOf } from '../selector/walk.ts';
import { isBlank } from '../values/text.ts';
import { judgeRow } from './heading-direction.ts';
import { elementsIn } from './table-grid.ts';

/**
 * The elements below a heading where the elements around it are rows of as many, of which the first certainly names the columns of the others
 * (`judgeRow`); `undefined` where they are not.
 */
export function elementsBelow(heading: Element): Element[] | undefined {
  const row = parentOf(heading);
  const [first, ...others] = row === undefined ? [] : elementsIn(parentOf(row) ?? row);
  if (row === undefined || first !== row || others.length === 0) return undefined;
  const cells = elementsIn(row);
  if (cells.length < 2 || ![row, ...others].every((one) => isRowOf(one, row))) return undefined;
  const index = cells.indexOf(heading);
  const { isBelow, isDoubtful } = judgeRow(row, cells, others.map(elementsIn))(index);
  if (!isBelow || isDoubtful) return undefined;
  return others.flatMap((one) => elementsIn(one)[index] ?? []);
}

/** Is it a row of as many cells, without a text of its own? */
function isRowOf(element: Element, row: Element): boolean {
  const isAlike = element.name === row.name && elementsIn(element).length === elementsIn(row).length;
  return isAlike && element.children.every((child) => !isText(child) || isBlank(child.data));
}
