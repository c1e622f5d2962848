import { type AnyNode, type Element, isTag, isText } from 'domhandler';
import { nodesIn } from './elements.ts';

/** The footnotes of a page: references to them, and where their texts stand. */
export interface Footnotes {
  /** The label of the note to which this link is a reference. */
  labelOf(link: Element): string | undefined;
  /** Is it the text of a note, which stands at the end of the document? */
  isNote(element: Element): boolean;
  /** Does it lead back from a note to its reference, or is there nothing else in it? */
  isWayBack(element: Element): boolean;
  /** The notes in the order of their labels. */
  readonly notes: readonly { label: string; element: Element }[];
}

const none: Footnotes = {
  labelOf: () => undefined,
  isNote: () => false,
  isWayBack: () => false,
  notes: [],
};

/** Elements that are the text of a note. */
const noteElements: ReadonlySet<string> = new Set(['li', 'p', 'div', 'dd', 'aside', 'section']);

/**
 * Finds footnotes by what makes them some, whatever made the page: a link in a superscript, or one that says that it is a
 * reference (DPUB-ARIA, Pandoc, GitHub), to an element from which a link leads back to it. `base`: of the references, which may be absolute already.
 */
export function findFootnotes(root: AnyNode, base: string): Footnotes {
  const [page = ''] = base.split('#');
  const fragmentOf = fragmentsOf(page);
  const { references, byId, wanted } = collect(root, fragmentOf);
  if (references.length === 0) return none;
  const labels = new Map<Element, string>();
  const notes = new Map<Element, string>();
  const back = new Set<Element>();
  const waysOf = new Map<Element, Element[]>();
  for (const { link, target, ids } of references) {
    const note = byId.get(target);
    if (note === undefined || !noteElements.has(note.name) || isInside(link, note)) continue;
    const ways = waysOf.get(note) ?? linksBack(note, wanted, fragmentOf);
    waysOf.set(note, ways);
    if (!ways.some((way) => ids.includes(fragmentOf(way) ?? ''))) continue;
    for (const way of ways) back.add(way);
    const label = notes.get(note) ?? String(notes.size + 1);
    notes.set(note, label);
    labels.set(link, label);
  }
  if (notes.size === 0) return none;
  return {
    labelOf: (link) => labels.get(link),
    isNote: (element) => notes.has(element),
    isWayBack: (element) => back.has(element) || holdsOnly(element, back),
    notes: [...notes].map(([element, label]) => ({ element, label })),
  };
}

interface NoteReference {
  link: Element;
  target: string;
  /** Ids to which a note leads back: of the link, or of what is around it. */
  ids: string[];
}

type FragmentOf = (link: Element) => string | undefined;

function collect(
  root: AnyNode,
  fragmentOf: FragmentOf,
): {
  references: NoteReference[];
  byId: Map<string, Element>;
  wanted: Set<string>;
} {
  const references: NoteReference[] = [];
  const byId = new Map<string, Element>();
  const wanted = new Set<string>();
  for (const node of nodesIn(root)) {
    if (!isTag(node)) continue;
    const id = node.attribs['id'];
    if (id && !byId.has(id)) byId.set(id, node);
    const reference = node.name === 'a' ? referenceOf(node, fragmentOf) : undefined;
    if (reference === undefined) continue;
    references.push(reference);
    for (const known of reference.ids) wanted.add(known);
  }
  return { references, byId, wanted };
}

function referenceOf(link: Element, fragmentOf: FragmentOf): NoteReference | undefined {
  const target = fragmentOf(link);
  if (!target) return undefined;
  const ids: string[] = [];
  let isRaised = saysReference(link);
  let node: Element | undefined = link;
  for (let steps = 0; node !== undefined && steps < 4; steps++) {
    if (node.attribs['id']) ids.push(node.attribs['id']);
    if (node.attribs['name'] && node.name === 'a') ids.push(node.attribs['name']);
    isRaised ||= node.name === 'sup' || node.children.some((child) => isTag(child) && child.name === 'sup');
    node = node.parent !== null && isTag(node.parent) && isPhrasing(node.parent) ? node.parent : undefined;
  }
  return isRaised && ids.length > 0 ? { link, target, ids } : undefined;
}

function isPhrasing({ name }: Element): boolean {
  return name === 'sup' || name === 'span' || name === 'a' || name === 'small';
}

function saysReference({ attribs }: Element): boolean {
  return (
    attribs['role'] === 'doc-noteref' ||
    attribs['data-footnote-ref'] !== undefined ||
    /(?:^|\s)footnote-?ref(?:erence)?(?:\s|$)/i.test(attribs['class'] ?? '')
  );
}

/** Compiles what finds the fragment of a link within the page. */
function fragmentsOf(page: string): FragmentOf {
  return ({ attribs }) => {
    const href = attribs['href']?.trim() ?? '';
    const fragment = href.startsWith(`${page}#`) ? href.slice(page.length) : href;
    if (!fragment.startsWith('#')) return undefined;
    try {
      return decodeURIComponent(fragment.slice(1));
    } catch {
      return fragment.slice(1);
    }
  };
}

/** The links in a note that lead to a reference, of this note or another. */
function linksBack(note: Element, wanted: ReadonlySet<string>, fragmentOf: FragmentOf): Element[] {
  const found: Element[] = [];
  for (const node of nodesIn(note)) {
    if (isTag(node) && node.name === 'a' && wanted.has(fragmentOf(node) ?? '')) found.push(node);
  }
  return found;
}

function isInside(node: AnyNode, outer: Element): boolean {
  for (let up: AnyNode | null = node; up !== null; up = up.parent) if (up === outer) return true;
  return false;
}

/** Is there a way back in it, and no letter or digit beside? Such as `^ a b` of Wikipedia. */
function holdsOnly(element: Element, back: ReadonlySet<Element>): boolean {
  let holds = false;
  for (const node of nodesIn(element)) {
    if (isTag(node) && back.has(node)) holds = true;
    else if (isText(node) && /[\p{L}\p{N}]/u.test(node.data) && !isInAny(node, back)) return false;
  }
  return holds;
}

function isInAny(node: AnyNode, elements: ReadonlySet<AnyNode>): boolean {
  for (let up = node.parent; up !== null; up = up.parent) if (elements.has(up)) return true;
  return false;
}
