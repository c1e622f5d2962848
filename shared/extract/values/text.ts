import { type AnyNode, type Element, isTag, isText } from 'domhandler';
import { hidesContent } from './hidden.ts';
import { apartStart, blockEdge, inLine, raiseDigits, raisedElements, raisedEnd } from './raised-digits.ts';

/**
 * The visible text of a node: white space (no-break spaces included) folded to one space, block elements and line
 * breaks separated by a space, scripts, styles and templates left out unless the node is one itself. For an
 * element of preformatted text, the lines as they are. Does not recurse.
 */
export function textOf(node: AnyNode): string {
  return asRead(rawTextOf(node), isTag(node) && preformattedElements.has(node.name));
}

/** As `textOf`, with digits that stand higher or lower than those beside them as such (`raiseDigits`). */
export function digitsOf(node: AnyNode, keepsApart: boolean): string {
  return asRead(
    raiseDigits(markedTextOf(node), keepsApart),
    isTag(node) && preformattedElements.has(node.name),
  );
}

/** The visible form of a text inside an element. */
export function asRead(text: string, isPreformatted: boolean): string {
  return isPreformatted ? text.trimEnd() : foldSpace(text);
}

/** Elements whose lines browsers show as they are (HTML Standard §15.3.1 and §15.5.21). */
export const preformattedElements: ReadonlySet<string> = new Set(
  'pre listing plaintext xmp textarea'.split(' '),
);

/** In names, HTML folds ASCII letters only. */
export function lowerAscii(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Does it consist of HTML's white space alone? */
export function isBlank(text: string): boolean {
  return !/[^\t\n\f\r ]/.test(text);
}

/** White space of every kind, folded to single spaces and trimmed. */
export function foldSpace(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Elements whose text is not part of the text of the elements around them. */
export const unreadElements: ReadonlySet<string> = new Set(['script', 'style', 'template']);
/** Elements whose text is separated from the text around them. */
export const separateElements: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset ' +
    'figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol ' +
    'optgroup option p pre search section select summary table tbody td textarea tfoot th thead title tr ul'
  ).split(' '),
);

/** As `textOf`, with its white space as it stands on the page. */
export function rawTextOf(root: AnyNode): string {
  return joinTexts(root, false, unreadElements);
}

/** As `rawTextOf`, with what `raiseDigits` has to know of its elements. */
export function markedTextOf(root: AnyNode, unread = unreadElements): string {
  return joinTexts(root, true, unread);
}

/** The mark where the element sets digits apart. */
function startOfApart({ name, attribs }: Element): string | undefined {
  const start = raisedElements.get(name);
  return start ?? (hidesContent(attribs['hidden'], attribs['style']) ? apartStart : undefined);
}

/** `isMarked`: where elements begin and end is marked. */
function joinTexts(root: AnyNode, isMarked: boolean, unread: ReadonlySet<string>): string {
  const parts: string[] = [];
  const waiting: (AnyNode | ' ' | typeof inLine | typeof raisedEnd | typeof blockEdge)[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node === 'string') parts.push(node);
    else if (isText(node)) parts.push(node.data);
    else if ('children' in node && (node === root || !isTag(node) || !unread.has(node.name))) {
      const element = node !== root && isTag(node) ? node : undefined;
      const isBlock = element !== undefined && separateElements.has(element.name);
      const start = isMarked && element !== undefined ? startOfApart(element) : undefined;
      const edge = !isBlock ? inLine : isMarked ? blockEdge : ' ';
      if (isBlock || (isMarked && element !== undefined && start === undefined)) {
        parts.push(edge);
        waiting.push(edge);
      }
      if (start !== undefined) {
        parts.push(start);
        waiting.push(raisedEnd);
      }
      for (let index = node.children.length - 1; index >= 0; index--) {
        const child = node.children[index];
        if (child) waiting.push(child);
      }
    }
  }
  return parts.join('');
}
