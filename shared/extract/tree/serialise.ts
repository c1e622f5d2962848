import type { AnyNode, Document, Element } from 'domhandler';
import type { Token } from 'parse5';
import { htmlNamespace } from './html-nodes.ts';
import { loadParse5, loadTreeAdapter, loadXmlSerialiser } from './parsers.cjs';

/**
 * The inner markup of an element: `innerHTML` as the HTML Standard serialises fragments (13.3), for a page without
 * scripting. For an element of XML, its content as XML.
 */
export function markupOf(spot: Document | Element): string {
  return isXml(spot)
    ? loadXmlSerialiser()(spot.children, { xmlMode: true, encodeEntities: 'utf8' })
    : loadParse5().serialize(spot, { treeAdapter: makeTreeAdapter(), scriptingEnabled: false });
}

function makeTreeAdapter() {
  return {
    ...loadTreeAdapter(),
    getAttrList: attributesOf,
    getTemplateContent: (template: Element) => template as unknown as Document,
  };
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
