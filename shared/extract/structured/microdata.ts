import { type Document, type Element, isTag } from 'domhandler';
import { DropError } from '../../errors.ts';
import type { PageBase } from '../links/resolve-url.ts';
import { visitInside } from '../selector/walk.ts';
import { type ElementText, elementReaders } from './element-text.ts';
import { resolveIri } from './resolve-iri.ts';

/** An item of a page's microdata. */
export interface MicrodataItem {
  types: string[];
  id: string | undefined;
  properties: Map<string, MicrodataValue[]>;
  /** Of an item without properties: what the element says itself, which else would be lost. */
  text: string | undefined;
}

export type MicrodataValue = string | MicrodataItem;

/** `itemref` may name one part of a page from many items: so often may each element be visited, on average. */
const visitsPerElement = 8;
const spareVisits = 10_000;
/** Elements with texts may hold each other. */
const maxChars = 50_000_000;
/** Deeper items could not be written. */
const maxDepth = 64;

/**
 * The items of a page that are no values of others (HTML Standard, 5.2 to 5.5). An item within itself is left out, as the
 * standard calls it an error. Values are those of the standard, except that texts are folded as `textOf` folds them, and that
 * an attribute `content` is the value of any element, as W3C's Microdata (2021) has it and schema.org's examples
 * use it. Throws `EXTRACT_FAILED` for a page that makes more of it than can be kept.
 */
export function readMicrodata(
  document: Document,
  base: PageBase,
  textOf = elementReaders.text,
): MicrodataItem[] {
  const reader = new MicrodataReader(document, base, textOf);
  return reader.roots.map((root) => reader.itemOf(root, []));
}

class MicrodataReader {
  readonly roots: Element[] = [];
  private readonly byId = new Map<string, Element>();
  private readonly base: PageBase;
  private readonly textOf: ElementText;
  private visitsLeft = spareVisits;
  private chars = 0;

  constructor(document: Document, base: PageBase, textOf: ElementText) {
    this.base = base;
    this.textOf = textOf;
    visitInside(document.children, (element) => {
      const { id, itemscope, itemprop } = element.attribs;
      this.visitsLeft += visitsPerElement;
      if (id !== undefined && !this.byId.has(id)) this.byId.set(id, element);
      if (itemscope !== undefined && itemprop === undefined) this.roots.push(element);
      return false;
    });
  }

  /** `around`: the items whose value it is. */
  itemOf(root: Element, around: readonly Element[]): MicrodataItem {
    const { itemtype = '', itemid } = root.attribs;
    const types = tokensOf(itemtype);
    const id = itemid === undefined || types.length === 0 ? undefined : resolveIri(itemid, this.base);
    if (around.length >= maxDepth) throw tooMuch(`its items are nested more than ${maxDepth} deep`);
    const path = [...around, root];
    const properties = new Map<string, MicrodataValue[]>();
    for (const element of this.propertiesOf(root)) {
      const value = isItem(element) ? this.itemWithin(element, path) : this.textWithin(element);
      if (value === undefined) continue;
      for (const name of tokensOf(element.attribs['itemprop'] ?? '')) {
        const values = properties.get(name);
        if (values === undefined) properties.set(name, [value]);
        else values.push(value);
      }
    }
    return {
      types,
      id,
      properties,
      text: properties.size === 0 ? this.textOf(root) || undefined : undefined,
    };
  }

  private itemWithin(element: Element, path: readonly Element[]): MicrodataItem | undefined {
    return path.includes(element) ? undefined : this.itemOf(element, path);
  }

  private textWithin(element: Element): string {
    const value = statedValue(element, this.base) ?? this.textOf(element);
    this.chars += value.length;
    if (this.chars > maxChars) throw tooMuch(`its values have more than ${maxChars} characters`);
    return value;
  }

  /** HTML Standard, 5.2.5: "the properties of an item". */
  private propertiesOf(root: Element): Element[] {
    const seen = new Set<Element>([root]);
    const found: Element[] = [];
    const referred = tokensOf(root.attribs['itemref'] ?? '').flatMap((id) => this.byId.get(id) ?? []);
    const waiting: Element[] = [...referred, ...childElements(root)];
    for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
      this.countVisit();
      if (seen.has(element)) continue;
      seen.add(element);
      if (!isItem(element)) waiting.push(...childElements(element));
      if (tokensOf(element.attribs['itemprop'] ?? '').length > 0) found.push(element);
    }
    return found.sort((a, b) => (a.startIndex ?? 0) - (b.startIndex ?? 0));
  }

  private countVisit(): void {
    this.visitsLeft -= 1;
    if (this.visitsLeft < 0) throw tooMuch('its itemref name the same parts too often');
  }
}

function tooMuch(reason: string): DropError {
  return new DropError('EXTRACT_FAILED', `the page's microdata cannot be read: ${reason}`);
}

function isItem({ attribs }: Element): boolean {
  return attribs['itemscope'] !== undefined;
}

function childElements({ name, children }: Element): Element[] {
  return name === 'template' ? [] : children.filter(isTag);
}

/** A set of space-separated tokens, each once. */
function tokensOf(text: string): string[] {
  return [...new Set(text.split(/[\t\n\f\r ]+/))].filter((token) => token !== '');
}

const urlAttributes: Readonly<Record<string, string>> = {
  audio: 'src',
  embed: 'src',
  iframe: 'src',
  img: 'src',
  source: 'src',
  track: 'src',
  video: 'src',
  a: 'href',
  area: 'href',
  link: 'href',
  object: 'data',
};

/** HTML Standard, 5.2.4: "values"; `undefined` where that is the text. */
function statedValue({ name, attribs }: Element, base: PageBase): string | undefined {
  const { content, value, datetime } = attribs;
  if (name === 'meta') return content ?? '';
  const urlAttribute = Object.hasOwn(urlAttributes, name) ? urlAttributes[name] : undefined;
  if (urlAttribute !== undefined) {
    const reference = attribs[urlAttribute];
    return reference === undefined ? '' : (resolveIri(reference, base) ?? '');
  }
  if (name === 'data' || name === 'meter') return value ?? '';
  if (name === 'time' && datetime !== undefined) return datetime.trim();
  return content;
}
