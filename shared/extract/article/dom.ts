/**
 * As much of the DOM as Readability asks for, over a copy of the tree that it may change. Where Readability writes
 * markup in order to read it back (`innerHTML`), copies of nodes are kept instead, so that nothing is parsed again.
 */
export type ReadableNode = ReadableElement | ReadableText;

const types = { element: 1, text: 3, comment: 8, document: 9 } as const;

/** A text or a comment. */
export class ReadableText {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly tagName: undefined = undefined;
  readonly childNodes: readonly ReadableNode[] = [];
  parentNode: ReadableParent | null = null;
  previousSibling: ReadableNode | null = null;
  nextSibling: ReadableNode | null = null;
  textContent: string;

  constructor(text: string, isComment = false) {
    this.textContent = text;
    this.nodeType = isComment ? types.comment : types.text;
    this.nodeName = isComment ? '#comment' : '#text';
  }

  get isComment(): boolean {
    return this.nodeType === types.comment;
  }

  get nextElementSibling(): ReadableElement | null {
    return nextElement(this.nextSibling);
  }

  remove(): void {
    this.parentNode?.removeChild(this);
  }
}

/** A node that holds others: an element, or the document. */
export class ReadableParent {
  firstChild: ReadableNode | null = null;
  lastChild: ReadableNode | null = null;

  get childNodes(): ReadableNode[] {
    const nodes: ReadableNode[] = [];
    for (let node = this.firstChild; node !== null; node = node.nextSibling) nodes.push(node);
    return nodes;
  }

  get children(): ReadableElement[] {
    return this.childNodes.filter((node) => node instanceof ReadableElement);
  }

  get firstElementChild(): ReadableElement | null {
    return nextElement(this.firstChild);
  }

  /** Without comments. */
  get textContent(): string {
    const parts: string[] = [];
    collectText(this, parts);
    return parts.join('');
  }

  /** Kept as nodes: Readability only sets again what it has read. */
  get innerHTML(): ReadableNode[] {
    return this.childNodes.map(copyNode);
  }

  set innerHTML(nodes: ReadableNode[]) {
    while (this.firstChild !== null) this.removeChild(this.firstChild);
    for (const node of nodes) this.appendChild(copyNode(node));
  }

  appendChild(node: ReadableNode): ReadableNode {
    node.parentNode?.removeChild(node);
    node.parentNode = this;
    node.previousSibling = this.lastChild;
    if (this.lastChild === null) this.firstChild = node;
    else this.lastChild.nextSibling = node;
    this.lastChild = node;
    return node;
  }

  removeChild(node: ReadableNode): ReadableNode {
    if (node.previousSibling === null) this.firstChild = node.nextSibling;
    else node.previousSibling.nextSibling = node.nextSibling;
    if (node.nextSibling === null) this.lastChild = node.previousSibling;
    else node.nextSibling.previousSibling = node.previousSibling;
    node.parentNode = node.previousSibling = node.nextSibling = null;
    return node;
  }

  replaceChild(node: ReadableNode, old: ReadableNode): ReadableNode {
    if (node === old) return old;
    node.parentNode?.removeChild(node);
    node.parentNode = this;
    node.previousSibling = old.previousSibling;
    node.nextSibling = old.nextSibling;
    if (old.previousSibling === null) this.firstChild = node;
    else old.previousSibling.nextSibling = node;
    if (old.nextSibling === null) this.lastChild = node;
    else old.nextSibling.previousSibling = node;
    old.parentNode = old.previousSibling = old.nextSibling = null;
    return old;
  }

  getElementsByTagName(name: string): ReadableElement[] {
    return this.querySelectorAll(name);
  }

  /** Of names of elements alone, joined by commas: Readability has no other selectors. */
  querySelectorAll(names: string): ReadableElement[] {
    const wanted = new Set(names.toLowerCase().split(','));
    const found: ReadableElement[] = [];
    for (let node = nextInside(this, this); node !== null; node = nextInside(node, this)) {
      if (node instanceof ReadableElement && (wanted.has(node.localName) || wanted.has('*')))
        found.push(node);
    }
    return found;
  }
}

/** An element. Its attributes are in the order of the page. */
export class ReadableElement extends ReadableParent {
  readonly nodeType = types.element;
  readonly ownerDocument: ReadableDocument;
  readonly localName: string;
  readonly tagName: string;
  readonly nodeName: string;
  readonly namespace: string | undefined;
  parentNode: ReadableParent | null = null;
  previousSibling: ReadableNode | null = null;
  nextSibling: ReadableNode | null = null;
  /** How a cell of a table is aligned: Readability removes what says so. */
  alignment = '';
  readonly #attributes: Map<string, string>;

  constructor(
    name: string,
    document: ReadableDocument,
    attributes: Iterable<readonly [string, string]> = [],
    namespace?: string,
  ) {
    super();
    this.localName = name.toLowerCase();
    this.tagName = this.nodeName = name.toUpperCase();
    this.ownerDocument = document;
    this.namespace = namespace;
    this.#attributes = new Map(attributes);
  }

  get attributes(): ReadableAttribute[] {
    return Array.from(this.#attributes, ([name, value]) => new ReadableAttribute(name, value));
  }

  get nextElementSibling(): ReadableElement | null {
    return nextElement(this.nextSibling);
  }

  get previousElementSibling(): ReadableElement | null {
    let node = this.previousSibling;
    while (node !== null && !(node instanceof ReadableElement)) node = node.previousSibling;
    return node;
  }

  get id(): string {
    return this.getAttribute('id') ?? '';
  }

  set id(value: string) {
    this.setAttribute('id', value);
  }

  get className(): string {
    return this.getAttribute('class') ?? '';
  }

  set className(value: string) {
    this.setAttribute('class', value);
  }

  /** As written. */
  get src(): string | undefined {
    return this.getAttribute('src') ?? undefined;
  }

  get srcset(): string | undefined {
    return this.getAttribute('srcset') ?? undefined;
  }

  get style(): { display: string; visibility: string } {
    const style = this.getAttribute('style');
    return { display: styleOf(style, 'display'), visibility: styleOf(style, 'visibility') };
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }

  setAttribute(name: string, value: string): void {
    this.#attributes.set(name, value);
  }

  setAttributeNode({ name, value }: ReadableAttribute): void {
    this.#attributes.set(name, value);
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name);
  }

  remove(): void {
    this.parentNode?.removeChild(this);
  }
}

class ReadableAttribute {
  readonly name: string;
  readonly value: string;

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
  }

  cloneNode(): ReadableAttribute {
    return this;
  }
}

export class ReadableDocument extends ReadableParent {
  readonly nodeType = types.document;
  readonly parentNode = null;
  readonly documentURI: string;
  readonly baseURI: string;

  constructor(documentURI: string, baseURI: string) {
    super();
    this.documentURI = documentURI;
    this.baseURI = baseURI;
  }

  get documentElement(): ReadableElement | null {
    return this.firstElementChild;
  }

  get body(): ReadableElement | null {
    return this.documentElement?.children.find(({ localName }) => localName === 'body') ?? null;
  }

  /** HTML Standard, "document.title". */
  get title(): string {
    const [title] = this.getElementsByTagName('title');
    return (title?.textContent ?? '').replace(/[\t\n\f\r ]+/g, ' ').trim();
  }

  createElement(name: string): ReadableElement {
    return new ReadableElement(name, this);
  }

  createTextNode(text: string): ReadableText {
    return new ReadableText(text);
  }
}

function nextElement(from: ReadableNode | null): ReadableElement | null {
  let node = from;
  while (node !== null && !(node instanceof ReadableElement)) node = node.nextSibling;
  return node;
}

/** The node after this one in the order of the document, inside of `root`. */
function nextInside(from: ReadableNode | ReadableParent, root: ReadableParent): ReadableNode | null {
  if (from instanceof ReadableParent && from.firstChild !== null) return from.firstChild;
  let node: ReadableNode | ReadableParent | null = from;
  while (node !== null && node !== root) {
    if (!(node instanceof ReadableElement || node instanceof ReadableText)) return null;
    if (node.nextSibling !== null) return node.nextSibling;
    node = node.parentNode;
  }
  return null;
}

function collectText(parent: ReadableParent, parts: string[]): void {
  for (let node = nextInside(parent, parent); node !== null; node = nextInside(node, parent)) {
    if (node instanceof ReadableText && !node.isComment) parts.push(node.textContent);
  }
}

/** Elements are at most 512 deep. */
function copyNode(node: ReadableNode): ReadableNode {
  if (node instanceof ReadableText) return new ReadableText(node.textContent, node.isComment);
  const attributes = node.attributes.map(({ name, value }) => [name, value] as const);
  const copy = new ReadableElement(node.tagName, node.ownerDocument, attributes, node.namespace);
  copy.alignment = node.alignment;
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    copy.appendChild(copyNode(child));
  return copy;
}

function styleOf(style: string | null, property: string): string {
  for (const declaration of style?.split(';') ?? []) {
    const colon = declaration.indexOf(':');
    if (declaration.slice(0, colon).trim().toLowerCase() !== property) continue;
    return declaration
      .slice(colon + 1)
      .replace('!important', '')
      .trim()
      .toLowerCase();
  }
  return '';
}
