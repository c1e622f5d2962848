import { type ChildNode, Comment, Document, Element, type ParentNode, Text } from 'domhandler';
import { htmlNamespace, maxElements, noAttributes } from '../tree/html-nodes.ts';
import { isBlank } from '../values/text.ts';
import type { Watcher } from './element-stack.ts';
import { html, isForeign, svg } from './html-rules.ts';
import type { Program } from './program.ts';
import { documentOfDoctype } from './quirks.ts';
import { lineBreak, type StartTag } from './start-tag.ts';
import { svgNameOf } from './svg-names.ts';
import { meetText } from './text-rules.ts';
import { afterBody, modes, type TreeBuilder } from './tree-builder.ts';

/** By the number of the namespace. */
const namespaces = [htmlNamespace, 'http://www.w3.org/2000/svg', 'http://www.w3.org/1998/Math/MathML'];

/** Makes the nodes of a page's tree while the page is read: those that `parseByStandard` makes. */
export class TreeMaker implements Watcher {
  private document = new Document([]);
  private elements = 0;
  /** The open elements by their depth; the document at 0. */
  private readonly open: ParentNode[] = [];
  private readonly program: Program;
  private readonly tag: StartTag;
  private readonly builderOf: () => TreeBuilder;

  constructor(program: Program, tag: StartTag, builderOf: () => TreeBuilder) {
    this.program = program;
    this.tag = tag;
    this.builderOf = builderOf;
  }

  startPage(): void {
    this.elements = 0;
    this.document = Object.assign(new Document([]), { 'x-mode': 'quirks' as const });
    this.open.length = 0;
    this.open[0] = this.document;
  }

  /** The page's document, which is the caller's from here on. */
  finish(): Document {
    const { document } = this;
    this.startPage();
    return document;
  }

  opened(name: number, depth: number, flags: number): void {
    const { program } = this;
    const builder = this.builderOf();
    if (++this.elements > maxElements) builder.isBeyond = true;
    builder.leaveAfterBody();
    const namespace = (flags & isForeign) === 0 ? html : builder.stack.namespace;
    const written = program.tags.nameOf(name);
    const element = new Element(namespace === svg ? svgNameOf(written) : written, this.readAttributes(), []);
    element.namespace = namespaces[namespace] as string;
    this.append(depth - 1, element);
    this.open[depth] = element;
  }

  closed(): void {
    this.builderOf().leaveAfterBody();
  }

  /** Text between tags. White space before the first other character of the body is no part of the body. */
  meetText(text: string): void {
    const builder = this.builderOf();
    const isInBody = builder.mode >= modes.inTable;
    const isPlain = builder.isPlain();
    if (isPlain && builder.afterBody === afterBody.no) this.addContent(text);
    else if (!isInBody) this.meetTextBeforeBody(text);
    else {
      const isBlankText = isBlank(text);
      if (!isPlain) meetText(builder, isBlankText);
      if (!isBlankText) builder.leaveAfterBody();
      this.addContent(text);
    }
  }

  private meetTextBeforeBody(text: string): void {
    const builder = this.builderOf();
    const rest = text.replace(/^[\t\n\f\r ]+/, '');
    const space = text.slice(0, text.length - rest.length);
    // Before the head there is none, and the head is kept open until the body begins.
    if (space !== '' && builder.mode > modes.beforeHead)
      this.insertText(builder.mode === modes.afterHead ? 1 : builder.stack.depth, space);
    if (rest === '') return;
    meetText(builder, false);
    this.addContent(rest);
  }

  /** Text of the innermost element, wherever that is: of a script, a title, CDATA. */
  addContent(text: string): void {
    if (text !== '') this.insertText(this.builderOf().stack.depth, text);
  }

  addComment(data: string): void {
    const text = data.replaceAll('\0', '\ufffd').replace(lineBreak, '\n');
    this.append(this.depthOfComment(), new Comment(text));
  }

  meetDoctype(doctype: string): void {
    const { children, 'x-mode': mode } = documentOfDoctype(doctype);
    for (const node of children) this.append(0, node);
    this.document['x-mode'] = mode ?? 'quirks';
  }

  private depthOfComment(): number {
    const builder = this.builderOf();
    const { mode, stack, afterBody: state } = builder;
    if (mode <= modes.beforeHtml) return 0;
    if (mode === modes.afterHead) return 1;
    switch (state) {
      case afterBody.no:
        return stack.depth;
      case afterBody.body:
        return 1;
      case afterBody.html:
        return 0;
      case afterBody.unknown:
        builder.isBeyond = true;
        return 0;
      default:
        return state satisfies never;
    }
  }

  private readAttributes(): Record<string, string> {
    const { tag, program } = this;
    if (tag.attributeCount === 0) return noAttributes;
    const attribs: Record<string, string> = Object.create(null);
    for (let index = 0; index < tag.attributeCount; index++) {
      const number = tag.attributes[index] as number;
      attribs[program.attributes.nameOf(number)] = tag.value(number) ?? '';
    }
    return attribs;
  }

  private insertText(depth: number, text: string): void {
    const { children } = this.open[depth] as ParentNode;
    const last = children[children.length - 1];
    if (last instanceof Text) last.data += text;
    else this.append(depth, new Text(text));
  }

  private append(depth: number, node: ChildNode): void {
    const parent = this.open[depth] as ParentNode;
    const children = parent.children as ChildNode[];
    const last = children[children.length - 1];
    if (last !== undefined) {
      last.next = node;
      node.prev = last;
    }
    children.push(node);
    node.parent = parent;
  }
}
