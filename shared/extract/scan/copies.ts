import { Comment, type Element, type ParentNode } from 'domhandler';
import { foundMark } from './chains.ts';
import { html, isForeign } from './html-rules.ts';
import { append, appendText, makeElement } from './make-node.ts';
import type { NodeTaker } from './node-placer.ts';
import type { Program } from './program.ts';
import type { Copy } from './scan-match.ts';
import type { StartTag } from './start-tag.ts';
import type { TextRecorder } from './text-recorder.ts';
import type { TreeBuilder } from './tree-builder.ts';

/**
 * Copies elements while they are read, for expressions that are evaluated on them: as the tree has them, but with the attributes alone that
 * the program asks for.
 */
export class Copies implements NodeTaker {
  /** How many have an element that is open. */
  count = 0;
  /** Of all texts that were copied. */
  length = 0;
  private readonly growing: Copy[] = [];
  private readonly program: Program;
  private readonly tag: StartTag;
  private readonly recorder: TextRecorder;
  private readonly builderOf: () => TreeBuilder;

  constructor(
    program: Program,
    { tag, recorder, builderOf }: { tag: StartTag; recorder: TextRecorder; builderOf: () => TreeBuilder },
  ) {
    this.program = program;
    this.tag = tag;
    this.recorder = recorder;
    this.builderOf = builderOf;
  }

  startPage(): void {
    this.count = this.length = this.growing.length = 0;
  }

  /** An element has opened. */
  opened(name: number, depth: number, flags: number): void {
    this.builderOf().leaveAfterBody();
    for (const copy of this.growing) {
      const parent = copy.holderAt(depth - 1);
      if (parent === undefined) continue;
      const element = this.makeElement(name, flags);
      append(parent, element);
      copy.open[depth - copy.depth] = element;
    }
  }

  /** Notes that the element that has opened last is found. Returns its copy, and whether it begins to grow. */
  add(copy: Copy, opened: { name: number; depth: number; flags: number; isVoid: boolean }): Added {
    const { name, depth, flags, isVoid } = opened;
    const isGrowing = this.growing.includes(copy);
    const element = isGrowing ? (copy.holderAt(depth) as Element) : this.makeElement(name, flags);
    element.attribs = Object.assign(Object.create(null), element.attribs, { [foundMark]: '' });
    if (isGrowing) return { element, begins: false };
    append(copy.document, element);
    if (isVoid) return { element, begins: false };
    copy.depth = depth;
    copy.open[0] = element;
    this.growing.push(copy);
    this.note(1);
    return { element, begins: true };
  }

  closed(): void {
    this.builderOf().leaveAfterBody();
  }

  /** The element at a depth ends, of which there are copies. */
  close(depth: number): void {
    for (let index = this.growing.length - 1; index >= 0; index--) {
      if (this.growing[index]?.depth !== depth) continue;
      this.growing.splice(index, 1);
      this.note(-1);
    }
  }

  takeText(depth: number, text: string): void {
    this.length += text.length;
    for (const copy of this.growing) {
      const holder = copy.holderAt(depth);
      if (holder !== undefined) appendText(holder, text);
    }
  }

  takeComment(depth: number, text: string): void {
    for (const copy of this.growing) {
      const holder = copy.holderAt(depth);
      if (holder !== undefined) append(holder as ParentNode, new Comment(text));
    }
  }

  private note(change: number): void {
    this.count += change;
    this.recorder.listeners += change;
  }

  private makeElement(name: number, flags: number): Element {
    const { program, tag } = this;
    const namespace = (flags & isForeign) === 0 ? html : this.builderOf().stack.namespace;
    const attribs: Record<string, string> = Object.create(null);
    for (const { name: attribute, number } of program.copied) {
      const value = tag.value(number);
      if (value !== undefined) attribs[attribute] = value;
    }
    return makeElement(program.tags.nameOf(name), namespace, attribs);
  }
}

interface Added {
  element: Element;
  begins: boolean;
}
