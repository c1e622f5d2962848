import { Comment, Document, type ParentNode } from 'domhandler';
import { maxElements, noAttributes } from '../tree/html-nodes.ts';
import type { Watcher } from './element-stack.ts';
import { html, isForeign } from './html-rules.ts';
import { append, appendText, makeElement } from './make-node.ts';
import type { NodeTaker } from './node-placer.ts';
import type { Program } from './program.ts';
import { documentOfDoctype } from './quirks.ts';
import type { StartTag } from './start-tag.ts';
import type { TreeBuilder } from './tree-builder.ts';

/** Makes the nodes of a page's tree while the page is read: those that `parseByStandard` makes. */
export class TreeMaker implements Watcher, NodeTaker {
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
    const builder = this.builderOf();
    if (++this.elements > maxElements) builder.isBeyond = true;
    builder.leaveAfterBody();
    const namespace = (flags & isForeign) === 0 ? html : builder.stack.namespace;
    const element = makeElement(this.program.tags.nameOf(name), namespace, this.readAttributes());
    append(this.open[depth - 1] as ParentNode, element);
    this.open[depth] = element;
  }

  closed(): void {
    this.builderOf().leaveAfterBody();
  }

  meetDoctype(doctype: string): void {
    const { children, 'x-mode': mode } = documentOfDoctype(doctype);
    for (const node of children) append(this.document, node);
    this.document['x-mode'] = mode ?? 'quirks';
  }

  takeText(depth: number, text: string): void {
    appendText(this.open[depth] as ParentNode, text);
  }

  takeComment(depth: number, text: string): void {
    append(this.open[depth] as ParentNode, new Comment(text));
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
}
