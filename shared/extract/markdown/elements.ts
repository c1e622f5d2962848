import { type AnyNode, type Element, hasChildren, isTag } from 'domhandler';
import { contentOfFrame } from '../tree/html-nodes.ts';
import { hidesContent } from '../values/hidden.ts';
import { separateElements } from '../values/text.ts';

/** Elements of which Markdown has nothing: what is no text of the page, and controls of forms. */
const omittedElements: ReadonlySet<string> = new Set(
  (
    'script style template noscript head title link meta base area map param source track col colgroup svg canvas ' +
    'input select textarea button datalist option optgroup object embed applet frame frameset progress meter'
  ).split(' '),
);

/** Elements that stand in a line of text, though a break comes before and after their text elsewhere. */
const inlineAfterAll: ReadonlySet<string> = new Set(['br', 'button', 'select', 'textarea', 'option']);

/** Is it left out, since the page itself hides it, or since Markdown has nothing of its kind? */
export function isOmitted(element: Element): boolean {
  if (element.name === 'noscript') return !holdsOnlyImage(element);
  return (
    (omittedElements.has(element.name) && contentOfFrame(element) === undefined) ||
    hidesContent(element.attribs['hidden'], element.attribs['style'])
  );
}

/** The picture of a page whose scripts would load it later. */
function holdsOnlyImage(element: Element): boolean {
  const inside = element.children.filter((child) => isTag(child) || ('data' in child && child.data.trim()));
  const [only] = inside;
  return inside.length === 1 && only !== undefined && isTag(only) && only.name === 'img';
}

/** Elements that begin a block, and those that hold one at any depth, such as a link around a heading. */
export class BlockTest {
  readonly #holding: ReadonlySet<AnyNode>;

  constructor(root: AnyNode) {
    this.#holding = holdersOf(root);
  }

  isBlock(node: AnyNode): node is Element {
    return isTag(node) && (isBlockName(node.name) || this.#holding.has(node));
  }
}

function isBlockName(name: string): boolean {
  return (separateElements.has(name) && !inlineAfterAll.has(name)) || otherBlocks.has(name);
}

const otherBlocks: ReadonlySet<string> = new Set(['listing', 'xmp', 'plaintext', 'iframe', 'video', 'audio']);

function holdersOf(root: AnyNode): Set<AnyNode> {
  const holding = new Set<AnyNode>();
  for (const node of nodesIn(root)) {
    if (!isTag(node) || !isBlockName(node.name)) continue;
    for (let up = node.parent; up !== null && !holding.has(up); up = up.parent) {
      holding.add(up);
      if (up === root) break;
    }
  }
  return holding;
}

/** A node and all below it, in the order of the page. Does not recurse. */
export function* nodesIn(root: AnyNode): Generator<AnyNode> {
  const waiting: AnyNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    if (!hasChildren(node)) continue;
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child) waiting.push(child);
    }
  }
}
