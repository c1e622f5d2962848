import type { Element } from 'domhandler';
import type { Json } from '../../model.ts';
import { xmlBaseOf } from '../xml/namespaces.ts';
import { authorsOf } from './authors.ts';
import { allOf, type Children, childrenOf, childrenWithGroups, firstOf } from './feed-element.ts';
import { resolved, resolvedText } from './feed-link.ts';
import { dateOf, firstPlainOf, htmlOf, plainOf, titleOf } from './feed-text.ts';
import { otherElements } from './other-elements.ts';

/** What entries take from their feed. */
export interface FeedContext {
  /** The address of the page. */
  url: string;
  /** Of the feed, which an Atom entry without one takes (RFC 4287, 4.2.1). */
  authors: Record<string, Json>[];
}

/**
 * One entry of RSS or Atom: the same keys for both, null where it has none. `summary` and `content` are HTML, links absolute by
 * `xml:base`, dates ISO 8601. What has no key of its own is in `elements`.
 */
export function readEntry(entry: Element, { url, authors: inherited }: FeedContext): Record<string, Json> {
  const children = childrenWithGroups(entry);
  const own = authorsOf(children, url);
  const source = firstOf(children, 'atom:source');
  const ofSource = source === undefined ? [] : authorsOf(childrenOf(source), url);
  const authors = [own, ofSource, inherited].find((list) => list.length > 0) ?? [];
  const content = firstOf(children, ...contentNames);
  return {
    id:
      firstPlainOf([firstOf(children, 'atom:id', 'guid', 'dc:identifier')]) ??
      entry.attribs['rdf:about'] ??
      null,
    title: titleOf(firstOf(children, 'atom:title', 'title', 'media:title', 'dc:title', 'itunes:title')),
    link: linkOf(entry, children, url),
    published: dateOf(firstPlainOf(allOf(children, ...publishedNames))),
    updated: dateOf(firstPlainOf(allOf(children, ...updatedNames))),
    author: authors.map(({ name, email }) => name ?? email ?? null).find((name) => name !== null) ?? null,
    authors,
    categories: categoriesOf(children),
    summary: htmlOf(firstOf(children, ...summaryNames)),
    content: htmlOf(content),
    comments: resolvedText(firstOf(children, 'comments'), url),
    image: imageOf(children, url),
    enclosures: enclosuresOf(children, url),
    ...otherElements(childrenOf(entry), readNames),
  };
}

/** The address by which links in the content of an entry, or in its summary, are resolved (W3C XML Base). */
export function baseOfMarkup(entry: Element, url: string): string {
  const children = childrenWithGroups(entry);
  return xmlBaseOf(firstOf(children, ...contentNames, ...summaryNames) ?? entry, url);
}

const contentNames = ['atom:content', 'content:encoded', 'xhtml:body', 'xhtml:div', 'body', 'fullitem'];
export const publishedNames = [
  'atom:published',
  'atom:issued',
  'pubdate',
  'dc:date',
  'dcterms:issued',
  'dcterms:created',
  'atom:created',
];
export const updatedNames = ['atom:updated', 'atom:modified', 'dcterms:modified', 'lastbuilddate'];
const summaryNames = [
  'atom:summary',
  'description',
  'dc:description',
  'media:description',
  'itunes:summary',
  'itunes:subtitle',
];

/** Names whose elements have a key of their own. */
const readNames: ReadonlySet<string> = new Set([
  ...[
    'atom:id',
    'guid',
    'atom:title',
    'title',
    'atom:link',
    'link',
    'category',
    'atom:category',
    'dc:subject',
  ],
  ...['atom:author', 'author', 'dc:creator', 'atom:content', 'content:encoded', 'xhtml:body', 'xhtml:div'],
  ...[
    'comments',
    'enclosure',
    'media:content',
    'media:group',
    'media:thumbnail',
    'atom:summary',
    'description',
  ],
  ...['atom:published', 'atom:updated', 'atom:issued', 'atom:modified', 'pubdate', 'dc:date'],
]);

/** The page of the entry: the link that names it, or a guid that is one. */
function linkOf(entry: Element, children: Children, url: string): string | null {
  const atom = allOf(children, 'atom:link');
  const alternate = atom.find(({ attribs }) => relationOf(attribs) === 'alternate');
  const written = allOf(children, 'link').find(
    (link) => plainOf(link) !== null || link.attribs['href'] !== undefined,
  );
  if (written !== undefined && plainOf(written) !== null) return resolvedText(written, url);
  const linked = alternate ?? written;
  if (linked !== undefined) return resolved(linked.attribs['href'], linked, url);
  const guid = firstOf(children, 'guid');
  const isLink = guid !== undefined && guid.attribs['ispermalink']?.toLowerCase() !== 'false';
  const id = isLink ? plainOf(guid) : null;
  if (id !== null && /^https?:/i.test(id)) return resolvedText(guid, url);
  return resolved(entry.attribs['rdf:about'], entry, url);
}

/** `alternate` without a relation; a registered one may be written as a URL (RFC 4287, 4.2.7.2). */
function relationOf({ rel }: Element['attribs']): string {
  return (rel ?? 'alternate').trim().replace('http://www.iana.org/assignments/relation/', '');
}

/** Each name once; of Atom the term, which is what a category is compared by. */
export function categoriesOf(children: Children): string[] {
  const named = allOf(
    children,
    'category',
    'atom:category',
    'dc:subject',
    'media:category',
    'itunes:category',
  );
  const nested = named.flatMap((element) => allOf(childrenOf(element), 'itunes:category'));
  const names = [...named, ...nested].map(
    (element) => element.attribs['term'] ?? element.attribs['text'] ?? plainOf(element),
  );
  const keywords = allOf(children, 'itunes:keywords', 'media:keywords').flatMap(
    (element) => plainOf(element)?.split(',') ?? [],
  );
  return [
    ...new Set([...names, ...keywords].map((name) => name?.trim() ?? '').filter((name) => name !== '')),
  ];
}

/** Files of the entry: RSS, Media RSS (also in a group) and Atom, each address once. */
function enclosuresOf(children: Children, url: string): Record<string, Json>[] {
  const media = allOf(children, 'media:content');
  const links = allOf(children, 'atom:link').filter(({ attribs }) => relationOf(attribs) === 'enclosure');
  const found = [...allOf(children, 'enclosure'), ...links, ...media].map((element) => {
    const { attribs } = element;
    return {
      url: resolved(attribs['url'] ?? attribs['href'], element, url),
      type: attribs['type'] ?? null,
      length: lengthOf(attribs['length'] ?? attribs['filesize']),
    };
  });
  const named = found.filter((one) => one.url !== null);
  return named.filter((one, index) => named.findIndex((other) => other.url === one.url) === index);
}

/** Bytes; 0 is written by feeds that do not know. */
function lengthOf(text: string | undefined): number | null {
  const bytes = text === undefined || !/^\s*\d{1,15}\s*$/.test(text) ? 0 : Number(text);
  return bytes === 0 ? null : bytes;
}

/** A picture of the entry or the feed. */
export function imageOf(children: Children, url: string): string | null {
  const thumbnail = firstOf(children, 'media:thumbnail');
  if (thumbnail !== undefined) return resolved(thumbnail.attribs['url'], thumbnail, url);
  const image = firstOf(children, 'itunes:image');
  if (image !== undefined) return resolved(image.attribs['href'] ?? image.attribs['url'], image, url);
  const logo = firstOf(children, 'atom:logo', 'atom:icon');
  if (logo !== undefined) return resolvedText(logo, url);
  const ofChannel = firstOf(children, 'image');
  return ofChannel === undefined ? null : resolvedText(firstOf(childrenOf(ofChannel), 'url'), url);
}
