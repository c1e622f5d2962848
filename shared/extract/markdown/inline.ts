import { type AnyNode, type Element, hasChildren, isTag, isText } from 'domhandler';
import { foldSpace } from '../values/text.ts';
import { codeElements, codeText } from './code.ts';
import type { MarkdownContext } from './context.ts';
import { isOmitted, nodesIn } from './elements.ts';
import { codeSpan, destination } from './escape.ts';
import { type InlineMark, TokenList } from './tokens.ts';
import { writeTitle } from './write-inline.ts';

/** The state around a node of a line of text. */
interface Around {
  isCode: boolean;
  isInLink: boolean;
  marks: ReadonlySet<InlineMark>;
  /** Blocks in a cell of a table become lines of it; elsewhere a space. */
  isInCell: boolean;
}

/** What is around all of a block's text: a link or a mark that holds whole blocks. */
export interface Wrapping {
  link: { url: string; title: string | undefined } | undefined;
  marks: readonly InlineMark[];
}

export const unwrapped: Wrapping = { link: undefined, marks: [] };

const markOf: ReadonlyMap<string, InlineMark> = new Map(
  Object.entries({
    ...{ b: 'strong', strong: 'strong', em: 'em', i: 'em', dfn: 'em', var: 'em', cite: 'em' },
    ...{ del: 'del', s: 'del', strike: 'del' },
  } satisfies Record<string, InlineMark>),
);
const codeNames: ReadonlySet<string> = new Set(['code', 'kbd', 'samp', 'tt']);

/** The tokens of nodes that stand in one line of text. */
export function readInline(
  nodes: readonly AnyNode[],
  context: MarkdownContext,
  { link, marks }: Wrapping,
  isInCell = false,
): TokenList {
  const list = new TokenList();
  if (link) list.openLink();
  for (const mark of marks) list.open(mark);
  const around = { isCode: false, isInLink: link !== undefined, marks: new Set(marks), isInCell };
  const reader = new InlineReader(list, context);
  for (const node of nodes) reader.read(node, around);
  for (const mark of marks.toReversed()) list.close(mark);
  if (link) list.closeLink(link.url, link.title);
  return list;
}

/** The link of an element, and the mark that it is: what is around the blocks in it. */
export function wrappingOf(element: Element, context: MarkdownContext, outer: Wrapping): Wrapping {
  const mark = markOf.get(element.name);
  if (mark !== undefined && !outer.marks.includes(mark)) return { ...outer, marks: [...outer.marks, mark] };
  const link = element.name === 'a' && outer.link === undefined ? linkOf(element, context) : undefined;
  return link === undefined ? outer : { ...outer, link };
}

class InlineReader {
  readonly #list: TokenList;
  readonly #context: MarkdownContext;

  constructor(list: TokenList, context: MarkdownContext) {
    this.#list = list;
    this.#context = context;
  }

  read(node: AnyNode, around: Around): void {
    if (isText(node)) this.#list.text(node.data, around.isCode);
    else if (isTag(node)) this.#element(node, around);
    else if (hasChildren(node)) this.#inside(node, around);
  }

  #inside(node: { children: readonly AnyNode[] }, around: Around): void {
    for (const child of node.children) this.read(child, around);
  }

  #element(element: Element, around: Around): void {
    const { notes } = this.#context;
    const { name } = element;
    if (name === 'input' && this.#task(element)) return;
    if (isOmitted(element) || notes.isNote(element) || notes.isWayBack(element)) return;
    if (name === 'br') this.#list.lineBreak();
    else if (name === 'img') this.#image(element);
    else if (name === 'a') this.#link(element, around);
    else if (name === 'math') this.#math(element, around);
    else if (name === 'sup' || name === 'sub') this.#raised(element, around);
    else if (codeElements.has(name)) this.#code(element, around);
    else if (codeNames.has(name)) this.#inside(element, { ...around, isCode: true });
    else if (markOf.has(name)) this.#mark(element, markOf.get(name) ?? 'em', around);
    else if (this.#context.blocks.isBlock(element)) this.#block(element, around);
    else this.#inside(element, around);
  }

  /** The box at the start of an item of a list (GFM, task lists). */
  #task({ attribs, parent }: Element): boolean {
    const isBox = attribs['type']?.toLowerCase() === 'checkbox' && this.#list.tokens.length === 0;
    const around = [parent, parent?.parent].filter((node) => node != null && isTag(node)) as Element[];
    if (!isBox || !around.some(({ name }) => name === 'li')) return false;
    this.#list.raw(attribs['checked'] === undefined ? '[ ]' : '[x]');
    this.#list.space();
    return true;
  }

  #mark(element: Element, mark: InlineMark, around: Around): void {
    if (around.isCode || around.marks.has(mark)) {
      this.#inside(element, around);
      return;
    }
    this.#list.open(mark);
    this.#inside(element, { ...around, marks: new Set([...around.marks, mark]) });
    this.#list.close(mark);
  }

  #link(element: Element, around: Around): void {
    const label = this.#context.notes.labelOf(element);
    if (label !== undefined) {
      this.#list.raw(`[^${label}]`);
      return;
    }
    if (isPermalink(element)) return;
    const link = around.isInLink ? undefined : linkOf(element, this.#context);
    if (link === undefined) {
      this.#inside(element, around);
      return;
    }
    this.#list.openLink();
    this.#inside(element, { ...around, isInLink: true });
    this.#list.closeLink(link.url, link.title);
  }

  #image({ attribs }: Element): void {
    const alt = foldSpace(attribs['alt'] ?? '');
    const written = attribs['src']?.trim() ?? '';
    const isHeld = /^data:/i.test(written);
    const source = isHeld || written === '' ? (attribs['data-src']?.trim() ?? '') : written;
    const url = source === '' ? undefined : this.#context.resolve(source);
    if (url !== undefined) {
      const text = alt.replace(/[\\`*_~[\]<&!]/g, '\\$&');
      this.#list.raw(`![${text}](${destination(url)}${writeTitle(attribs['title'])})`);
    } else if (alt !== '' && (isHeld || written !== '')) this.#list.text(alt, false);
  }

  /** TeX, where the page has it, as GitHub reads it; to CommonMark it is code. */
  #math(element: Element, around: Around): void {
    const tex = texOf(element);
    if (tex === undefined) this.#inside(element, around);
    else this.#list.raw(`$${codeSpan(tex, around.isInCell)}$`);
  }

  /** CommonMark has no superscript but HTML's. A reference to a footnote is one already. */
  #raised(element: Element, around: Around): void {
    const isPlain = around.isCode || this.#holdsReference(element);
    if (!isPlain) this.#list.openTag(element.name);
    this.#inside(element, around);
    if (!isPlain) this.#list.closeTag(element.name);
  }

  #holdsReference(element: Element): boolean {
    const { notes } = this.#context;
    const holds = (node: AnyNode): boolean =>
      isTag(node) && ((node.name === 'a' && notes.labelOf(node) !== undefined) || node.children.some(holds));
    return notes.notes.length > 0 && holds(element);
  }

  /** A block of code in a cell or a heading. */
  #code(element: Element, around: Around): void {
    const lines = codeText(element).split('\n');
    this.#boundary(around);
    for (const [at, line] of lines.entries()) {
      if (at > 0) this.#boundary(around);
      if (line.trim() !== '') this.#list.codeLine(line.trimEnd());
    }
    this.#boundary(around);
  }

  #block(element: Element, around: Around): void {
    this.#boundary(around);
    this.#inside(element, around);
    this.#boundary(around);
  }

  #boundary({ isInCell }: Around): void {
    if (!isInCell) this.#list.space();
    else if (this.#list.hasText && this.#list.tokens.at(-1)?.kind !== 'break') this.#list.lineBreak();
  }
}

/** Links to places that a reader of the Markdown can open. */
const openable = /^(?:https?|ftp|mailto|tel|sms|geo|magnet|news|irc|xmpp|matrix):/i;

function linkOf(element: Element, context: MarkdownContext): Wrapping['link'] {
  const href = element.attribs['href']?.trim();
  if (!href) return undefined;
  const url = context.resolve(href);
  return url !== undefined && openable.test(url) ? { url, title: element.attribs['title'] } : undefined;
}

/** A link beside a heading to the heading itself, such as `#` or a pilcrow: no text of the page. */
function isPermalink(element: Element): boolean {
  if (!element.attribs['href']?.trim().startsWith('#')) return false;
  for (const node of nodesIn(element)) {
    if (isText(node) && /[\p{L}\p{N}]/u.test(node.data)) return false;
    if (isTag(node) && node.name === 'img') return false;
  }
  return true;
}

function texOf(element: Element): string | undefined {
  for (const node of nodesIn(element)) {
    if (!isTag(node) || node.name !== 'annotation' || !/tex/i.test(node.attribs['encoding'] ?? '')) continue;
    return foldSpace(node.children.map((child) => (isText(child) ? child.data : '')).join('')) || undefined;
  }
  return undefined;
}
