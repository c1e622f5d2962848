import { type Element, isTag, isText } from 'domhandler';
import { isHtmlElement } from '../tree/html-nodes.ts';
import { ancestorOf, childrenOf, isTemplate } from './walk.ts';

type Direction = 'ltr' | 'rtl';

/** `:dir()`: HTML Standard, "the directionality of an element". */
export function isOfDirection(element: Element, direction: string): boolean {
  return directionOf(element) === direction;
}

function directionOf(element: Element): Direction {
  const decides = (one: Element) => ownDirectionOf(one) !== undefined;
  const deciding = decides(element) ? element : ancestorOf(element, decides);
  return (deciding === undefined ? undefined : ownDirectionOf(deciding)) ?? 'ltr';
}

/** `undefined`: it is that of its parent. */
function ownDirectionOf(element: Element): Direction | undefined {
  if (!isHtmlElement(element)) return undefined;
  const state = element.attribs['dir']?.toLowerCase();
  if (state === 'ltr' || state === 'rtl') return state;
  if (state === 'auto') return automaticOf(element) ?? 'ltr';
  if (element.name === 'bdi') return automaticOf(element) ?? 'ltr';
  return isInputOf(element, /^tel$/i) ? 'ltr' : undefined;
}

function isInputOf({ name, attribs }: Element, types: RegExp): boolean {
  return name === 'input' && types.test(attribs['type'] ?? 'text');
}

const otherTypes = /^(?:date|month|week|time|datetime-local|number|range|color|checkbox|radio|file|image)$/i;

function automaticOf(element: Element): Direction | undefined {
  if (element.name === 'input') {
    if (isInputOf(element, otherTypes)) return undefined;
    return directionOfText(element.attribs['value'] ?? '') ?? 'ltr';
  }
  return directionOfContent(element);
}

/**
 * The direction of the first letter that has one; `bdi`, scripts and elements with a `dir` of their own are
 * skipped.
 */
function directionOfContent(element: Element): Direction | undefined {
  const waiting = childrenOf(element).toReversed();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const found = isText(node) ? directionOfText(node.data) : undefined;
    if (found !== undefined) return found;
    if (!isTag(node) || isTemplate(node) || isPassedOver(node)) continue;
    for (const child of childrenOf(node).toReversed()) waiting.push(child);
  }
  return undefined;
}

function isPassedOver({ name, attribs }: Element): boolean {
  const hasDirection = /^(?:ltr|rtl|auto)$/i.test(attribs['dir'] ?? '');
  return hasDirection || ['bdi', 'script', 'style', 'textarea'].includes(name);
}

/** Letters of right-to-left scripts: classes R and AL of Unicode's bidirectional algorithm. */
const fromRight = /[\u200f\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

function directionOfText(text: string): Direction | undefined {
  const letter = /[\p{L}\u200e\u200f]/u.exec(text)?.[0];
  if (letter === undefined) return undefined;
  return fromRight.test(letter) ? 'rtl' : 'ltr';
}
