import { type Element, isTag, type ParentNode } from 'domhandler';
import { localNameOf, namespaceOf } from '../xml/namespaces.ts';

/** The prefixes that a feed's vocabularies are known by, whatever a feed calls them. */
const prefixes: Record<string, string> = {
  '': '',
  'http://www.w3.org/2005/atom': 'atom',
  'http://purl.org/atom/ns#': 'atom',
  'http://purl.org/rss/1.0/': '',
  'http://purl.org/rss/1.0/modules/rss091#': '',
  'http://my.netscape.com/rdf/simple/0.9/': '',
  'http://channel.netscape.com/rdf/simple/0.9/': '',
  'http://backend.userland.com/rss2': '',
  'http://backend.userland.com/rss': '',
  'http://blogs.law.harvard.edu/tech/rss': '',
  'http://purl.org/net/rss1.1#': '',
  'http://www.w3.org/1999/02/22-rdf-syntax-ns#': 'rdf',
  'http://purl.org/dc/elements/1.1/': 'dc',
  'http://purl.org/dc/elements/1.0/': 'dc',
  'http://purl.org/dc/terms/': 'dcterms',
  'http://purl.org/rss/1.0/modules/content/': 'content',
  'http://search.yahoo.com/mrss/': 'media',
  'http://search.yahoo.com/mrss': 'media',
  'http://www.itunes.com/dtds/podcast-1.0.dtd': 'itunes',
  'http://purl.org/syndication/thread/1.0': 'thr',
  'http://purl.org/rss/1.0/modules/slash/': 'slash',
  'http://wellformedweb.org/commentapi/': 'wfw',
  'http://www.georss.org/georss': 'georss',
  'https://podcastindex.org/namespace/1.0': 'podcast',
  'http://www.w3.org/1999/xhtml': 'xhtml',
};

/** An element's name with the prefix that its namespace is known by; of an unknown one, with its own. */
export function nameIn(element: Element): string {
  const namespace = namespaceOf(element);
  const known = prefixes[namespace.toLowerCase()];
  const local = localNameOf(element);
  if (known === undefined) return element.name;
  return known === '' ? local : `${known}:${local}`;
}

/** The children of an element by their names, in document order. */
export type Children = ReadonlyMap<string, readonly Element[]>;

export function childrenOf(parent: ParentNode): Children {
  return Map.groupBy(parent.children.filter(isTag), nameIn);
}

/** The children by name, followed by what stands in groups of Media RSS, which are about the same entry. */
export function childrenWithGroups(parent: ParentNode): Children {
  const groups = parent.children.filter((child) => isTag(child) && nameIn(child) === 'media:group');
  if (groups.length === 0) return childrenOf(parent);
  const inside = groups.flatMap((group) => (isTag(group) ? group.children : []));
  return Map.groupBy([...parent.children, ...inside].filter(isTag), nameIn);
}

/** The first child by any of the names, in the order of the names. */
export function firstOf(children: Children, ...names: string[]): Element | undefined {
  for (const name of names) {
    const [first] = children.get(name) ?? [];
    if (first !== undefined) return first;
  }
  return undefined;
}

export function allOf(children: Children, ...names: string[]): Element[] {
  return names.flatMap((name) => children.get(name) ?? []);
}
