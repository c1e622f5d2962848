import { type Document, type Element, isTag } from 'domhandler';
import type { Json } from '../../model.ts';
import { formatNoun } from '../../text/format.ts';
import type { KindInput, Records } from '../kinds/page-kind.ts';
import { unreadable } from '../unreadable.ts';
import { localNameOf, namespaceOf } from '../xml/namespaces.ts';
import { authorsOf } from './authors.ts';
import { allOf, type Children, childrenOf, firstOf, nameIn } from './feed-element.ts';
import { resolved, resolvedText } from './feed-link.ts';
import { dateOf, firstPlainOf, htmlOf, plainOf, titleOf } from './feed-text.ts';
import {
  baseOfMarkup,
  categoriesOf,
  imageOf,
  publishedNames,
  readEntry,
  updatedNames,
} from './read-entry.ts';

/**
 * A feed of RSS 0.9x, 1.0 or 2.0, or of Atom 0.3 or 1.0 (RFC 4287), as one object of the same shape, its entries in `entries`.
 * Throws `EXTRACT_FAILED` for XML that is no feed.
 */
export function readFeed({ page, document }: KindInput): Records {
  const found = feedIn(document());
  if (found === undefined) throw unreadable(page, 'is no feed: its root is neither rss nor feed nor RDF');
  const { format, channel, entries } = found;
  const children = childrenOf(channel);
  const authors = authorsOf(children, page.url);
  const context = {
    url: page.url,
    authors: channel === entries[0]?.parent && isAtom(channel) ? authors : [],
  };
  const bases = new WeakMap<object, string>();
  const read = entries.map((entry) => {
    const made = readEntry(entry, context);
    const base = baseOfMarkup(entry, page.url);
    if (base !== page.url) bases.set(made, base);
    return made;
  });
  const value = { format, ...aboutFeed(channel, children, page.url), authors, entries: read };
  return { value, about: `${format}, ${formatNoun(read.length, 'entry', 'entries')}`, bases };
}

const atomNamespace = 'http://www.w3.org/2005/Atom';

interface Feed {
  /** Such as `RSS 2.0`. */
  format: string;
  /** The element that says what the feed is. */
  channel: Element;
  entries: Element[];
}

function feedIn(document: Document): Feed | undefined {
  const root = document.children.find(isTag);
  if (root === undefined) return undefined;
  // Some feeds of Atom declare no namespace.
  if (localNameOf(root) === 'feed' && namespaceOf(root) === '') root.attribs['xmlns'] = atomNamespace;
  const children = childrenOf(root);
  switch (localNameOf(root)) {
    case 'feed': {
      const version = root.attribs['version'] ?? '1.0';
      return { format: `Atom ${version}`, channel: root, entries: allOf(children, 'atom:entry', 'entry') };
    }
    case 'rss': {
      const channel = firstOf(children, 'channel') ?? root;
      const inside = allOf(childrenOf(channel), 'item');
      const format = `RSS ${root.attribs['version'] ?? ''}`.trim();
      return { format, channel, entries: [...inside, ...(channel === root ? [] : allOf(children, 'item'))] };
    }
    case 'rdf': {
      const channel = firstOf(children, 'channel') ?? root;
      const inside = channel === root ? [] : allOf(childrenOf(channel), 'item');
      const entries = [...allOf(children, 'item'), ...inside];
      return { format: isRss090(root) ? 'RSS 0.90' : 'RSS 1.0', channel, entries };
    }
    default:
      return undefined;
  }
}

function isRss090({ attribs }: Element): boolean {
  return Object.values(attribs).some((value) => /netscape\.com\/rdf/i.test(value));
}

function isAtom(element: Element): boolean {
  return nameIn(element).startsWith('atom:');
}

function aboutFeed(channel: Element, children: Children, url: string): Record<string, Json> {
  const [author] = authorsOf(children, url);
  const alternate = allOf(children, 'atom:link').find(
    ({ attribs }) => (attribs['rel'] ?? 'alternate') === 'alternate',
  );
  const link = allOf(children, 'link').find((element) => plainOf(element) !== null);
  return {
    id: firstPlainOf([firstOf(children, 'atom:id', 'dc:identifier')]) ?? channel.attribs['rdf:about'] ?? null,
    title: titleOf(firstOf(children, 'atom:title', 'title', 'dc:title')),
    link:
      resolvedText(link, url) ??
      (alternate === undefined ? null : resolved(alternate.attribs['href'], alternate, url)),
    description: htmlOf(
      firstOf(
        children,
        'atom:subtitle',
        'atom:tagline',
        'description',
        'dc:description',
        'itunes:summary',
        'itunes:subtitle',
      ),
    ),
    published: dateOf(firstPlainOf(allOf(children, ...publishedNames))),
    updated: dateOf(firstPlainOf(allOf(children, ...updatedNames))),
    language: channel.attribs['xml:lang'] ?? firstPlainOf(allOf(children, 'language', 'dc:language')),
    author: author?.['name'] ?? author?.['email'] ?? null,
    categories: categoriesOf(children),
    image: imageOf(children, url),
  };
}
