import { type ChildNode, type Element, isTag, isText, Text } from 'domhandler';
import { isBlank, rawTextOf, separateElements } from '../values/text.ts';
import type { Spot } from './spot.ts';
import { lineSpot } from './text-spot.ts';

/** An element that comes first, or the text up to the end of its line. */
export function contentFrom(first: ChildNode | null): Spot | undefined {
  const line: ChildNode[] = [];
  let end = '';
  for (let node = first; node !== null; node = node.next) {
    if (isTag(node)) {
      if (line.length === 0 && isColon(node)) continue;
      if (line.length === 0 && node.name !== 'br') return node;
      if (endsLine(node, end)) break;
      line.push(node);
    } else if (isText(node) && (line.length > 0 || !isBlankOrColon(node.data))) {
      line.push(line.length === 0 ? new Text(node.data.replace(/^\s*[:：]/, '')) : node);
    } else continue;
    end = rawTextOf(node);
  }
  const parent = first?.parent ?? null;
  return line.length === 0
    ? undefined
    : lineSpot(line, parent !== null && isTag(parent) ? parent : undefined);
}

/** The value that begins in a text, and goes on in what stands behind it without white space, or with the next digits of its number. */
export function wordsFrom(text: Text, begun: string): ChildNode[] {
  let end = /\s$/u.test(text.data) ? `${begun} ` : begun;
  const words: ChildNode[] = [new Text(end)];
  for (let node = text.next; node !== null; node = node.next) {
    if (!isTag(node) && !isText(node)) continue;
    const next = rawTextOf(node);
    if (isTag(node) && (endsLine(node, end) || (next !== '' && !goesOn(end, next)))) break;
    words.push(node);
    end = next || end;
  }
  return words;
}

function goesOn(text: string, next: string): boolean {
  return (/\S$/u.test(text) && /^\S/u.test(next)) || (/\p{Nd}\s*$/u.test(text) && /^\s*\p{Nd}/u.test(next));
}

/** Does a block begin, or the next heading of the same line? `$<b>19</b>` is one value, without the colon of a heading. */
function endsLine(element: Element, before: string): boolean {
  if (separateElements.has(element.name)) return true;
  if (element.name !== 'b' && element.name !== 'strong') return false;
  const { next } = element;
  const behind = next !== null && isText(next) ? next.data : '';
  const text = rawTextOf(element);
  return !goesOn(before, text) || /[:：]\s*$/.test(text) || /^\s*[:：]/.test(behind);
}

/** `<b>Price</b><i>:</i> 19` */
function isColon(element: Element): boolean {
  const text = rawTextOf(element);
  return !isBlank(text) && isBlankOrColon(text);
}

export function isBlankOrColon(text: string): boolean {
  return isBlank(text.replace(/[:：]/, ''));
}
