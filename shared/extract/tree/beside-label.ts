import { type Element, isTag, isText, type Text } from 'domhandler';
import { nextOf, parentOf, visitInside } from '../selector/walk.ts';
import { foldSpace, isBlank, rawTextOf } from '../values/text.ts';
import { ariaCellsBelow, isAriaColumnHeading } from './aria-cells.ts';
import { cellsFor, isCell } from './cell-values.ts';
import { elementsBelow } from './element-grid.ts';
import { groupsOf, headingBefore, isPageHeading } from './label-groups.ts';
import type { Spot } from './spot.ts';
import { lineSpot } from './text-spot.ts';
import { contentFrom, isBlankOrColon, wordsFrom } from './value-line.ts';

/**
 * The values beside the headings of this text, in the order of the page: of a `dt` its `dd`s; of a cell those beside it up to the next heading,
 * or those below where its row names columns (`cellsFor`); of any other element what follows it. `Weight: 12 kg` in one text is heading and value.
 * `Size / Height`, where no heading has that text, is each `Height` of the group `Size` (`groupsOf`).
 */
export function valuesBeside(scope: Spot, label: string): Spot[] {
  const found = valuesUnder(scope, label);
  for (let at = label.indexOf(' / '); found.length === 0 && at !== -1; at = label.indexOf(' / ', at + 1)) {
    found.push(...valuesUnder(scope, label.slice(at + 3), normal(label.slice(0, at))));
  }
  return found;
}

function valuesUnder(scope: Spot, label: string, group?: string): Spot[] {
  const wanted = normal(label);
  const found = new Set<Spot>();
  let above: Element | undefined;
  visitInside(scope.children, (element) => {
    if (isPageHeading(element)) above = element;
    for (const child of element.children) {
      if (!isText(child)) continue;
      const rest = restBehind(child.data, wanted);
      if (rest === undefined) continue;
      if (
        group !== undefined &&
        !groupsOf(element, above ?? headingBefore(scope))
          .map(normal)
          .includes(group)
      )
        continue;
      const values = rest === '' ? valuesFor(child, element) : [lineSpot(wordsFrom(child, rest), element)];
      for (const value of values) found.add(value);
    }
    return false;
  });
  return [...found];
}

/** What stands behind heading and colon: nothing, where the text is the heading; `undefined`, where it is another text. */
function restBehind(text: string, wanted: string): string | undefined {
  const folded = foldSpace(text);
  if (normal(folded) === wanted) return '';
  const colon = folded.search(/[:：]/);
  return colon !== -1 && normal(folded.slice(0, colon)) === wanted
    ? folded.slice(colon + 1).trim()
    : undefined;
}

function normal(text: string): string {
  return foldSpace(text)
    .replace(/\s*[:：]$/, '')
    .toLowerCase();
}

/** The largest element that holds nothing but the heading. */
function outermost(heading: Element): Element {
  let element = heading;
  for (let parent = parentOf(element); parent !== undefined; parent = parentOf(element)) {
    const isAlone = parent.children.every(
      (child) => child === element || (isText(child) && isBlankOrColon(child.data)),
    );
    if (!isAlone || element.name === 'dt' || isCell(element) || isAriaColumnHeading(element)) return element;
    element = parent;
  }
  return element;
}

/** Of `<li>Weight: <b>12 kg</b></li>` and `<td>Weight<br>12 kg</td>` the value stands in the element of the heading. */
function valuesFor(text: Text, element: Element): Spot[] {
  const isWhole = element.name === 'dt' || element.name === 'th';
  const within = isWhole ? undefined : (contentBehindColon(text) ?? contentBehindBreak(text, element));
  return within === undefined ? valuesOf(outermost(element)) : [within];
}

function contentBehindColon({ data, next }: Text): Spot | undefined {
  const content = /[:：]\s*$/.test(data) ? contentFrom(next) : undefined;
  // An icon, such as that of a hint, is no value.
  return content === undefined || isBlank(rawTextOf(content)) ? undefined : content;
}

/** In a cell an element behind the line break is a hint: the value is in the cell beside it. */
function contentBehindBreak({ next }: Text, element: Element): Spot | undefined {
  if (next === null || !isTag(next) || next.name !== 'br') return undefined;
  const isHint = isCell(element) && next.next !== null && isTag(next.next);
  return isHint ? undefined : contentFrom(next.next);
}

function valuesOf(heading: Element): Spot[] {
  if (heading.name === 'dt') return definitionsOf(heading);
  if (isCell(heading)) return cellsFor(heading);
  if (isAriaColumnHeading(heading)) return ariaCellsBelow(heading);
  if (isOfMenu(heading)) return [];
  const inColumn = elementsBelow(heading);
  if (inColumn !== undefined) return inColumn;
  const next = heading.next;
  const beside = contentFrom(next);
  if (beside !== undefined) return [beside];
  const parent = parentOf(heading);
  const after = parent === undefined ? undefined : nextOf(parent);
  return after === undefined ? [] : [after];
}

/** Of links, buttons or options in a row none is the value of another. */
function isOfMenu(heading: Element): boolean {
  if (!isMenuEntry(heading)) return false;
  return heading.name === 'option' || isBeside(heading, 'prev') || isBeside(heading, 'next');
}

/** Is a link, a button or an option all that there is in it? */
function isMenuEntry({ name, children }: Element): boolean {
  if (name !== 'li') return menuEntries.has(name);
  const [only, ...others] = children.filter(isTag);
  return only !== undefined && others.length === 0 && menuEntries.has(only.name);
}

const menuEntries = new Set(['a', 'button', 'option']);

/** Is the element on this side, behind white space alone, another entry? */
function isBeside(heading: Element, side: 'prev' | 'next'): boolean {
  let node = heading[side];
  if (node !== null && isText(node) && isBlank(node.data)) node = node[side];
  return node !== null && isTag(node) && node.name === heading.name && isMenuEntry(node);
}

function definitionsOf(heading: Element): Element[] {
  const found: Element[] = [];
  for (let next = nextOf(heading); next !== undefined; next = nextOf(next)) {
    if (next.name === 'dd') found.push(next);
    // Several terms may share their definitions.
    else if (found.length > 0) break;
  }
  return found;
}
