import { type AnyNode, type Element, isTag } from 'domhandler';
import { contentOfFrame } from '../tree/html-nodes.ts';
import type { Spot } from '../tree/spot.ts';
import { codeBlock, codeElements } from './code.ts';
import type { MarkdownContext } from './context.ts';
import { isOmitted } from './elements.ts';
import { readInline, unwrapped, type Wrapping, wrappingOf } from './inline.ts';
import { MarkdownLines } from './lines.ts';
import { groupsOf, isTight, itemsOf, type ListItem, markersOf } from './lists.ts';
import { codeOfListing, isDataTable, writeTable } from './tables.ts';
import type { Token } from './tokens.ts';
import { writeInline } from './write-inline.ts';

/** Writes blocks: paragraphs, headings, lists, quotes, code, tables. */
export class BlockWriter {
  readonly #lines = new MarkdownLines();
  readonly #context: MarkdownContext;
  /** The marker of the list that was written last, where no other block followed it. */
  #lastList: { kind: 'ul' | 'ol'; isSecond: boolean } | undefined;

  constructor(context: MarkdownContext) {
    this.#context = context;
  }

  toString(): string {
    return this.#lines.toString();
  }

  /** The content of an element that is not shown as a block of its own, except that code and tables stay such. */
  content(root: Spot): void {
    if (isTag(root) && isWhole(root)) this.#block(root, unwrapped);
    else this.#flow(root.children, unwrapped);
  }

  /** The text of a footnote (GitHub's extension). */
  note(label: string, element: Element): void {
    this.#lastList = undefined;
    this.#lines.container(`[^${label}]: `, '    ', () => this.#flow(element.children, unwrapped));
  }

  /** Nodes beside one another: what stands in a line is a paragraph, between blocks. */
  #flow(nodes: readonly AnyNode[], wrapping: Wrapping): void {
    let line: AnyNode[] = [];
    const flush = () => {
      if (line.length > 0) this.#paragraphs(line, wrapping);
      line = [];
    };
    for (const node of nodes) {
      if (!this.#context.blocks.isBlock(node)) line.push(node);
      else if (!isOmitted(node) && !this.#context.notes.isNote(node)) {
        flush();
        this.#block(node, wrapping);
      }
    }
    flush();
  }

  /** Two line breaks end a paragraph. */
  #paragraphs(nodes: readonly AnyNode[], wrapping: Wrapping): void {
    const { tokens } = readInline(nodes, this.#context, wrapping);
    for (const part of splitAtBreaks(tokens)) this.#write(writeInline(part, 'paragraph'));
  }

  #write(text: string): void {
    if (text === '') return;
    this.#lines.block(text);
    this.#lastList = undefined;
  }

  #block(element: Element, wrapping: Wrapping): void {
    const { name } = element;
    const level = /^h([1-6])$/.exec(name)?.[1];
    if (level !== undefined) this.#heading(element, Number(level), wrapping);
    else if (codeElements.has(name)) this.#write(codeBlock(element) ?? '');
    else if (name === 'blockquote') this.#quote(element, wrapping);
    else if (name === 'ul' || name === 'ol' || name === 'menu' || name === 'dir')
      this.#list(element, wrapping);
    else if (name === 'li') this.#lines.container('- ', '  ', () => this.#flow(element.children, wrapping));
    else if (name === 'dl') this.#definitions(element, wrapping);
    else if (name === 'table') this.#table(element, wrapping);
    else if (name === 'hr') this.#write(this.#lines.isAtMarker ? '___' : '---');
    else if (name === 'iframe' || name === 'video' || name === 'audio') {
      this.#media(element, wrapping);
      this.#flow(contentOfFrame(element)?.children ?? [], wrapping);
    } else this.#flow(element.children, wrappingOf(element, this.#context, wrapping));
  }

  #heading(element: Element, level: number, wrapping: Wrapping): void {
    const { tokens } = readInline(element.children, this.#context, wrapping);
    const text = writeInline(tokens, 'heading');
    if (text !== '') this.#write(`${'#'.repeat(level)} ${text}`);
  }

  #quote(element: Element, wrapping: Wrapping): void {
    this.#lastList = undefined;
    this.#lines.container('> ', '> ', () => this.#flow(element.children, wrapping));
    this.#lastList = undefined;
  }

  #list(element: Element, wrapping: Wrapping): void {
    const items = itemsOf(element, this.#context.notes.isNote);
    this.#items(element, items, isTight(element, this.#context), wrapping);
  }

  /** Items without content are left out: a bare marker may end the paragraph above it as a heading. */
  #items(list: Element, items: readonly ListItem[], tight: boolean, wrapping: Wrapping): void {
    const kind = list.name === 'ol' ? 'ol' : 'ul';
    // Lists of one kind that follow each other would be one.
    const isSecond = this.#lastList?.kind === kind && !this.#lastList.isSecond;
    const markerOf = markersOf(kind, isSecond, items.length, list);
    let written = 0;
    for (const { nodes } of items) {
      const marker = markerOf(written);
      this.#lastList = undefined;
      const item = () =>
        this.#lines.container(marker, ' '.repeat(marker.length), () => this.#item(nodes, tight, wrapping));
      if (tight && written > 0 ? this.#lines.joined(item) : item()) written += 1;
    }
    if (written > 0) this.#lastList = { kind, isSecond };
  }

  #item(nodes: readonly AnyNode[], tight: boolean, wrapping: Wrapping): void {
    if (!tight) {
      this.#flow(nodes, wrapping);
      return;
    }
    const lists = nodes.findIndex((node) => isTag(node) && (node.name === 'ul' || node.name === 'ol'));
    const end = lists === -1 ? nodes.length : lists;
    this.#flow(nodes.slice(0, end), wrapping);
    for (const node of nodes.slice(end)) {
      if (!isTag(node) || isOmitted(node) || this.#context.notes.isNote(node)) continue;
      if (this.#lines.isAtMarker) this.#block(node, wrapping);
      else this.#lines.joined(() => this.#block(node, wrapping));
    }
  }

  /** CommonMark has no definition lists: an item for each group, its terms before their descriptions. */
  #definitions(element: Element, wrapping: Wrapping): void {
    this.#items(element, groupsOf(element), false, wrapping);
  }

  #table(element: Element, wrapping: Wrapping): void {
    const listing = codeOfListing(element);
    if (listing !== undefined) this.#write(codeBlock(listing) ?? '');
    else if (isDataTable(element))
      writeTable(element, this.#context, wrapping, (block) => this.#tablePart(block, wrapping));
    else this.#flow(element.children, wrapping);
  }

  #tablePart(part: string | readonly AnyNode[], wrapping: Wrapping): void {
    if (typeof part === 'string') this.#write(part);
    else this.#flow(part, wrapping);
  }

  /** What plays in the page, as a link to it. */
  #media(element: Element, wrapping: Wrapping): void {
    const source = element.attribs['src'] ?? sourceIn(element);
    const url = source === undefined ? undefined : this.#context.resolve(source);
    if (url === undefined || !/^https?:/i.test(url)) return;
    const { tokens } = readInline([], this.#context, wrapping);
    const text = element.attribs['title'] ?? element.attribs['aria-label'] ?? url;
    const link: Token[] = [
      { kind: 'openLink' },
      { kind: 'text', text, isCode: false },
      { kind: 'closeLink', url, title: undefined },
    ];
    this.#write(writeInline([...tokens, ...link], 'paragraph'));
  }
}

function sourceIn(element: Element): string | undefined {
  const source = element.children.find((child): child is Element => isTag(child) && child.name === 'source');
  return source?.attribs['src'];
}

/** Is it a block whose parts mean nothing without it? */
function isWhole({ name }: Element): boolean {
  return codeElements.has(name) || /^(?:table|tr|ul|ol|dl|h[1-6]|blockquote)$/.test(name);
}

/** At two breaks in a row, outside of marks and links. */
function splitAtBreaks(tokens: readonly Token[]): Token[][] {
  let part: Token[] = [];
  const parts = [part];
  let open = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'open' || token.kind === 'openLink') open += 1;
    if (token.kind === 'close' || token.kind === 'closeLink') open -= 1;
    const isDouble = token.kind === 'break' && tokens[at + 1]?.kind === 'break';
    if (isDouble && open === 0) {
      part = [];
      parts.push(part);
    } else part.push(token);
  }
  return parts;
}
