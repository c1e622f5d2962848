import { type AnyNode, type ChildNode, Document, type Element, isTag, type ParentNode } from 'domhandler';
import type { Token } from 'parse5';
import { contentOfFrame, htmlNamespace } from './html-nodes.ts';
import { loadParse5, loadTreeAdapter, loadXmlSerialiser } from './parsers.cjs';

/**
 * The inner markup of an element: `innerHTML` as the HTML Standard serialises fragments (13.3), for a page without
 * scripting. For an element of XML, its content as XML.
 */
export function markupOf(spot: Document | Element): string {
  if (isXml(spot)) return loadXmlSerialiser()(spot.children, { xmlMode: true, encodeEntities: 'utf8' });
  const content = isTag(spot) ? contentOfFrame(spot) : undefined;
  const shown = content === undefined ? spot : new Document([content]);
  return loadParse5().serialize(shown, { treeAdapter: makeTreeAdapter(), scriptingEnabled: false });
}

function makeTreeAdapter() {
  return {
    ...loadTreeAdapter(),
    getAttrList: attributesOf,
    getChildNodes: withFramesBehind,
    getTemplateContent: (template: Element) => template as unknown as Document,
  };
}

/** What a frame shows stands behind it in HTML. */
function withFramesBehind(parent: ParentNode): ChildNode[] {
  const { children } = parent;
  const content = isTag(parent) ? contentOfFrame(parent) : undefined;
  if (content !== undefined) return children.filter((child) => child !== content);
  if (!children.some((child) => isTag(child) && contentOfFrame(child))) return children;
  return children.flatMap((child) => {
    const behind = isTag(child) ? contentOfFrame(child) : undefined;
    return behind === undefined ? [child] : [child, behind];
  });
}

/** The tree has the names of SVG's and MathML's attributes in lower case. */
function attributesOf(element: Element) {
  const attrs = Object.entries(element.attribs).map(([name, value]) => ({ name, value }));
  if (element.namespace === htmlNamespace) return attrs;
  const { foreignContent, html, Token } = loadParse5();
  const tag: Token.TagToken = {
    type: Token.TokenType.START_TAG,
    tagName: element.name,
    tagID: html.TAG_ID.UNKNOWN,
    selfClosing: false,
    ackSelfClosing: false,
    attrs,
    location: null,
  };
  if (element.namespace === html.NS.SVG) foreignContent.adjustTokenSVGAttrs(tag);
  else foreignContent.adjustTokenMathMLAttrs(tag);
  return tag.attrs;
}

/** Elements of XML have no namespace in the tree. */
export function isXml(spot: Document | Element): boolean {
  const element = 'namespace' in spot ? spot : spot.children.find((node: AnyNode) => 'namespace' in node);
  return element !== undefined && 'namespace' in element && element.namespace === undefined;
}
