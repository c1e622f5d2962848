import type { Parser } from 'htmlparser2';
import { loadXmlParser } from '../../extract/tree/parsers.cjs';

/** What each root element lists, and which elements of an entry hold its URL and date. */
const dialects: Record<string, Dialect> = {
  urlset: { kind: 'pages', entry: 'url', url: 'loc', date: 'lastmod' },
  sitemapindex: { kind: 'index', entry: 'sitemap', url: 'loc', date: 'lastmod' },
  rss: { kind: 'pages', entry: 'item', url: 'link', date: 'pubDate' },
  RDF: { kind: 'pages', entry: 'item', url: 'link', date: 'date' },
  feed: { kind: 'pages', entry: 'entry', url: 'link', date: 'updated' },
};

interface Dialect {
  kind: 'pages' | 'index';
  entry: string;
  url: string;
  date: string;
}

interface OpenEntry {
  prefix: string;
  depth: number;
  url?: string;
  lastmod?: string;
}

/** Longer text is no URL; what is kept is enough to be refused. */
const maxTextLength = 65_536;
/** Sitemaps nest four deep. The parser's stack is slow when it is very deep. */
const maxDepth = 64;

/**
 * Reads sitemap XML, RSS and Atom piece by piece and reports each entry as it ends. Elements count by
 * local name; below an entry only those with the entry's own prefix, so `image:loc` is not its `loc`.
 */
export class SitemapParser {
  kind: 'pages' | 'index' | 'unknown' = 'unknown';
  /** Nothing that follows is of interest. */
  isDone = false;
  problem: string | undefined;
  readonly #report: (url: string, lastmod?: string) => void;
  readonly #parser: Parser;
  #dialect: Dialect | undefined;
  #depth = 0;
  #isEnding = false;
  #entry: OpenEntry | undefined;
  /** Text of the child of the entry that is open; `undefined` outside of one. */
  #text: string | undefined;

  constructor(report: (url: string, lastmod?: string) => void) {
    this.#report = report;
    const XmlParser = loadXmlParser();
    this.#parser = new XmlParser(
      {
        onopentag: (name, attributes) => this.#open(name, attributes),
        ontext: (text) => this.#addText(text),
        onclosetag: (name, isImplied) => this.#close(name, isImplied),
      },
      { xmlMode: true },
    );
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  end(): void {
    this.#isEnding = true;
    this.#parser.end();
    if (this.#dialect === undefined) this.problem ??= 'holds no XML element';
  }

  #open(name: string, attributes: Record<string, string>): void {
    this.#depth += 1;
    if (this.isDone) return;
    const { prefix, local } = splitName(name);
    if (this.#dialect === undefined) this.#start(local);
    else if (this.#depth > maxDepth) this.#stop('nests too deeply');
    else if (this.#entry === undefined) {
      if (local === this.#dialect.entry) this.#entry = { prefix, depth: this.#depth };
    } else if (this.#depth === this.#entry.depth + 1) {
      this.#text = '';
      const isAtomLink = local === this.#dialect.url && (attributes['rel'] ?? 'alternate') === 'alternate';
      if (isAtomLink && attributes['href'] !== undefined) this.#entry.url ??= attributes['href'].trim();
    }
  }

  #start(root: string): void {
    this.#dialect = Object.hasOwn(dialects, root) ? dialects[root] : undefined;
    if (this.#dialect === undefined) this.#stop(`begins with <${root.slice(0, 50)}>, which is no sitemap`);
    else this.kind = this.#dialect.kind;
  }

  #addText(text: string): void {
    if (this.#text !== undefined && this.#text.length < maxTextLength) this.#text += text;
  }

  #close(name: string, isImplied: boolean): void {
    this.#depth -= 1;
    if (this.isDone) return;
    // What the end of the text closes may be half a URL. A tag forgotten in the middle does no harm.
    if (isImplied && this.#isEnding) {
      this.#stop('ends early');
      return;
    }
    const entry = this.#entry;
    if (entry !== undefined && this.#depth === entry.depth) this.#closeChild(entry, name);
    if (entry !== undefined && this.#depth === entry.depth - 1) {
      this.#report(entry.url ?? '', entry.lastmod);
      this.#entry = undefined;
    }
    if (this.#depth === 0) this.isDone = true;
  }

  #closeChild(entry: OpenEntry, name: string): void {
    const { prefix, local } = splitName(name);
    const text = (this.#text ?? '').trim();
    this.#text = undefined;
    // RSS 1.0 dates its items in the Dublin Core namespace.
    const isDate = local === this.#dialect?.date && (prefix === entry.prefix || prefix === 'dc');
    if (isDate && text !== '') entry.lastmod ??= text;
    else if (local === this.#dialect?.url && prefix === entry.prefix && text !== '')
      this.#meetUrl(entry, text);
  }

  /** A second `loc` begins an entry whose tags were forgotten; a feed may have several links of one item. */
  #meetUrl(entry: OpenEntry, url: string): void {
    const isNext = entry.url !== undefined && this.#dialect?.url === 'loc';
    if (isNext) {
      this.#report(entry.url ?? '', entry.lastmod);
      delete entry.url;
      delete entry.lastmod;
    }
    entry.url ??= url;
  }

  #stop(problem: string): void {
    this.problem = problem;
    this.isDone = true;
  }
}

function splitName(name: string): { prefix: string; local: string } {
  const colon = name.indexOf(':');
  return { prefix: name.slice(0, Math.max(colon, 0)), local: name.slice(colon + 1) };
}
