import { type ChildNode, type Document, type Element, isTag } from 'domhandler';

/**
 * Pages of more elements are not read: formatting that is left open is opened again in every paragraph, so that the number of elements
 * can grow with the square of the page.
 */
export const maxElements = 500_000;

/** The namespace of HTML's elements (Infra Standard). */
export const htmlNamespace = 'http://www.w3.org/1999/xhtml';

/**
 * The element in a frame (`iframe`, `frame`, `object`, `embed`) that holds what the frame shows, on pages that were read in a browser. In
 * HTML it stands behind the frame: a parser reads what stands in an `iframe` as text.
 */
export const frameElement = 'spinneret-frame';

const frames: ReadonlySet<string> = new Set(['iframe', 'frame', 'object', 'embed']);

/** What the frame shows, on a page that was read in a browser. */
export function contentOfFrame(element: Element): Element | undefined {
  if (!frames.has(element.name)) return undefined;
  const content = element.children.at(-1);
  return content !== undefined && isTag(content) && content.name === frameElement ? content : undefined;
}

/** Shared, since most elements have no attributes, and an object for each would double the tree. */
export const noAttributes: Record<string, string> = Object.freeze(Object.create(null));

/** Is it an element of HTML, and not one of SVG or MathML with the same name? XML is not distinguished. */
export function isHtmlElement({ namespace }: Element): boolean {
  return namespace === undefined || namespace === htmlNamespace;
}

/** Parsing moves nodes, so their order is known only at its end. */
export function numberNodes(document: Document): void {
  let serial = 0;
  const waiting: ChildNode[] = document.children.toReversed();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    node.startIndex = serial++;
    if (!isTag(node)) continue;
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child) waiting.push(child);
    }
  }
}
