import { isBlank } from '../values/text.ts';
import { lineBreak } from './start-tag.ts';
import { meetText } from './text-rules.ts';
import { afterBody, modes, type TreeBuilder } from './tree-builder.ts';

/** Takes texts and comments, each with the depth of the element that holds it; 0 is the document. */
export interface NodeTaker {
  takeText(depth: number, text: string): void;
  takeComment(depth: number, text: string): void;
}

/** Says where the tree has texts and comments, which is not always in the innermost element. */
export class NodePlacer {
  private readonly builderOf: () => TreeBuilder;
  private readonly taker: NodeTaker;

  constructor(builderOf: () => TreeBuilder, taker: NodeTaker) {
    this.builderOf = builderOf;
    this.taker = taker;
  }

  /** Text between tags. White space before the first other character of the body is no part of the body. */
  meetText(text: string): void {
    const builder = this.builderOf();
    const isPlain = builder.isPlain();
    if (isPlain && builder.afterBody === afterBody.no) this.addContent(text);
    else if (builder.mode < modes.inTable) this.meetTextBeforeBody(text);
    else {
      const isBlankText = isBlank(text);
      if (!isPlain) meetText(builder, isBlankText);
      if (!isBlankText) builder.leaveAfterBody();
      this.addContent(text);
    }
  }

  /** Text of the innermost element, wherever that is: of a script, a title, CDATA. */
  addContent(text: string): void {
    if (text !== '') this.taker.takeText(this.builderOf().stack.depth, text);
  }

  addComment(data: string): void {
    this.taker.takeComment(this.depthOfComment(), data.replaceAll('\0', '\ufffd').replace(lineBreak, '\n'));
  }

  private meetTextBeforeBody(text: string): void {
    const builder = this.builderOf();
    const rest = text.replace(/^[\t\n\f\r ]+/, '');
    const space = text.slice(0, text.length - rest.length);
    // Before the head there is none, and the head is kept open until the body begins.
    if (space !== '' && builder.mode > modes.beforeHead)
      this.taker.takeText(builder.mode === modes.afterHead ? 1 : builder.stack.depth, space);
    if (rest === '') return;
    meetText(builder, false);
    this.addContent(rest);
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
}
