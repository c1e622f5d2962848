import { type AnyNode, type Element, hasChildren, isComment, isDirective, isTag, isText } from 'domhandler';
import { isTemplate } from '../../../../shared/extract/selector/walk.ts';

/** Types of nodes, as DOM numbers them. */
const types = { element: 1, attribute: 2, text: 3, comment: 8, document: 9, other: 7 } as const;

/** A node of the tree as the XPath package expects it, made when it is looked at. */
export class NodeView {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly localName: string | null;
  readonly namespaceURI: string | null;
  readonly node: AnyNode;

  private constructor(node: AnyNode) {
    this.node = node;
    this.nodeType = typeOf(node);
    this.nodeName = isTag(node) ? node.name : '#node';
    this.localName = isTag(node) ? localOf(node.name) : null;
    this.namespaceURI = isTag(node) ? prefixOf(node.name) : null;
  }

  static of(node: AnyNode): NodeView {
    let view = views.get(node);
    if (view === undefined) {
      view = new NodeView(node);
      views.set(node, view);
    }
    return view;
  }

  get nodeValue(): string | null {
    return isText(this.node) || isComment(this.node) ? this.node.data : null;
  }

  /** As the package asks of text nodes. */
  get data(): string | null {
    return this.nodeValue;
  }

  get parentNode(): NodeView | null {
    return viewOf(this.node.parent);
  }

  get childNodes(): NodeView[] {
    // The content of a template is in a document of its own.
    if (!hasChildren(this.node) || isTemplate(this.node)) return [];
    return this.node.children.filter(isOfModel).map((child) => NodeView.of(child));
  }

  get firstChild(): NodeView | null {
    return hasChildren(this.node) && !isTemplate(this.node) ? onward(this.node.children[0], 'next') : null;
  }

  get lastChild(): NodeView | null {
    return hasChildren(this.node) && !isTemplate(this.node)
      ? onward(this.node.children.at(-1), 'prev')
      : null;
  }

  get nextSibling(): NodeView | null {
    return onward(this.node.next, 'next');
  }

  get previousSibling(): NodeView | null {
    return onward(this.node.prev, 'prev');
  }

  get ownerDocument(): NodeView {
    let node = this.node;
    while (node.parent !== null) node = node.parent;
    return NodeView.of(node);
  }

  get documentElement(): NodeView | null {
    return this.childNodes.find(({ nodeType }) => nodeType === types.element) ?? null;
  }

  get attributes(): AttributeList | null {
    if (!isTag(this.node)) return null;
    let list = attributes.get(this);
    if (list === undefined) {
      list = new AttributeList(this, this.node);
      attributes.set(this, list);
    }
    return list;
  }

  compareDocumentPosition(other: NodeView | AttributeView): number {
    return comparePositions(this, other);
  }

  getAttribute(name: string): string | null {
    return isTag(this.node) && Object.hasOwn(this.node.attribs, name)
      ? (this.node.attribs[name] ?? null)
      : null;
  }

  getAttributeNS(namespace: string | null, name: string): string | null {
    return this.getAttribute(namespace === xmlNamespace ? `xml:${name}` : name) ?? this.getAttribute(name);
  }

  getElementById(id: string): NodeView | null {
    const waiting: NodeView[] = [this];
    for (let view = waiting.pop(); view !== undefined; view = waiting.pop()) {
      if (view.getAttribute('id') === id) return view;
      waiting.push(...view.childNodes.toReversed());
    }
    return null;
  }
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

export class AttributeView {
  readonly nodeType = types.attribute;
  readonly nodeName: string;
  readonly name: string;
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly nodeValue: string;
  readonly value: string;
  readonly ownerElement: NodeView;
  readonly parentNode = null;
  readonly childNodes: readonly NodeView[] = [];

  constructor(owner: NodeView, name: string, value: string) {
    this.ownerElement = owner;
    this.name = name;
    this.nodeName = name;
    this.localName = localOf(name);
    this.namespaceURI = isTag(owner.node) ? prefixOf(name) : null;
    this.value = value;
    this.nodeValue = value;
  }

  get ownerDocument(): NodeView {
    return this.ownerElement.ownerDocument;
  }

  compareDocumentPosition(other: NodeView | AttributeView): number {
    return comparePositions(this, other);
  }
}

/** DOM's bits: 2 where the other one precedes, 4 where it follows. */
function comparePositions(one: NodeView | AttributeView, other: NodeView | AttributeView): number {
  if (one === other) return 0;
  const order = compare(pathOf(one), pathOf(other));
  return order > 0 ? 2 : 4;
}

/** The places in the lists of children from the root down. Attributes come before the children of their element. */
function pathOf(view: NodeView | AttributeView): number[] {
  const path: number[] = [];
  const owner = view instanceof AttributeView ? view.ownerElement : view;
  if (view instanceof AttributeView) path.push(owner.attributes?.indexOf(view) ?? 0, 0);
  for (let { node } = owner; node.parent !== null; node = node.parent) path.push(1 + placeOf(node));
  return path.reverse();
}

function compare(one: number[], other: number[]): number {
  for (const [index, place] of one.entries()) {
    const difference = place - (other[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** The attributes of an element, each one object as long as the element is: unions compare them by identity. */
class AttributeList {
  readonly #views: AttributeView[];

  constructor(owner: NodeView, { attribs }: Element) {
    this.#views = Object.entries(attribs).map(([name, value]) => new AttributeView(owner, name, value));
  }

  get length(): number {
    return this.#views.length;
  }

  indexOf(view: AttributeView): number {
    return this.#views.indexOf(view);
  }

  item(index: number): AttributeView | undefined {
    return this.#views[index];
  }
}

const views = new WeakMap<AnyNode, NodeView>();

const attributes = new WeakMap<NodeView, AttributeList>();

const places = new WeakMap<AnyNode, number>();

/** Among its siblings; found for all of them at once. */
function placeOf(node: AnyNode): number {
  const known = places.get(node);
  if (known !== undefined) return known;
  for (const [index, child] of (node.parent?.children ?? []).entries()) places.set(child, index);
  return places.get(node) ?? 0;
}

/** The node, or the next one in this direction that is a node of XPath. */
function onward(from: AnyNode | null | undefined, direction: 'next' | 'prev'): NodeView | null {
  let node = from;
  while (node && !isOfModel(node)) node = node[direction];
  return viewOf(node);
}

/** Beside the root element, XPath knows comments and processing instructions (XPath 1.0, 5.1): no document type and no white space. */
function isOfModel(node: AnyNode): boolean {
  if (node.parent?.type !== 'root') return true;
  return !isText(node) && !(isDirective(node) && /^(?:!|\?xml$)/i.test(node.name));
}

function viewOf(node: AnyNode | null | undefined): NodeView | null {
  return node === null || node === undefined ? null : NodeView.of(node);
}

function typeOf(node: AnyNode): number {
  if (isTag(node)) return types.element;
  if (isText(node)) return types.text;
  if (isComment(node)) return types.comment;
  return node.type === 'root' ? types.document : types.other;
}

function localOf(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function prefixOf(name: string): string | null {
  return name.includes(':') ? name.slice(0, name.indexOf(':')) : null;
}
