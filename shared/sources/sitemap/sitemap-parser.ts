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
  /** Of an RSS item, its `guid` where that is its address. */
  permalink?: string;
  lastmod?: string;
  /** The `xml:base` of the elements around the URL, from the outermost. */
  bases?: string[];
}

/** `bases`: relative to each other, from the outermost, and the first to the file. */
export type ReportEntry = (url: string, lastmod?: string, bases?: string[]) => void;

/** Longer text is no URL; what is kept is enough to be refused. */
const maxTextLength = 65_536;
/** Sitemaps nest four deep. The parser's stack is slow when it is very deep. */
const maxDepth = 64;

/**
 * Reads sitemap XML, RSS and Atom piece by piece and reports each entry as it ends. Elements count by
 * local name; below an entry only those with the entry's own prefix, so `image:loc` is not its `loc`. An RSS item without a link
 * has its address in its `guid`, unless that says `isPermaLink="false"` (RSS 2.0); `xml:base` counts in feeds (RFC 4287, 2).
 */
export class SitemapParser {
  kind: 'pages' | 'index' | 'unknown' = 'unknown';
  /** Nothing that follows is of interest. */
  isDone = false;
  problem: string | undefined;
  readonly #report: ReportEntry;
  readonly #parser: Parser;
  #dialect: Dialect | undefined;
  #depth = 0;
  #isEnding = false;
  #entry: OpenEntry | undefined;
  /** Text of the child of the entry that is open; `undefined` outside of one. */
  #text: string | undefined;
  /** The `xml:base` of the open elements of a feed. */
  readonly #bases: { depth: number; base: string }[] = [];
  /** Of the child of the entry that is open. */
  #isPermalink = false;

  constructor(report: ReportEntry) {
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
    const dialect = this.#dialect;
    if (this.isDone || dialect === undefined) return;
    const base = dialect.url === 'link' ? attributes['xml:base'] : undefined;
    if (base !== undefined) this.#bases.push({ depth: this.#depth, base });
    if (this.#entry === undefined) {
      if (local === dialect.entry) this.#entry = { prefix, depth: this.#depth };
    } else if (this.#depth === this.#entry.depth + 1) {
      this.#text = '';
      this.#isPermalink = local === 'guid' && attributes['isPermaLink'] !== 'false';
      const isAtomLink = local === dialect.url && (attributes['rel'] ?? 'alternate') === 'alternate';
      const href = attributes['href'];
      if (isAtomLink && href !== undefined) this.#setUrl(this.#entry, href.trim());
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
      this.#reportEntry(entry);
      this.#entry = undefined;
    }
    if (this.#bases.at(-1)?.depth === this.#depth + 1) this.#bases.pop();
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
    else if (this.#isPermalink && prefix === entry.prefix && /^https?:\/\//i.test(text))
      entry.permalink = text;
  }

  /** A second `loc` begins an entry whose tags were forgotten; a feed may have several links of one item. */
  #meetUrl(entry: OpenEntry, url: string): void {
    const isNext = entry.url !== undefined && this.#dialect?.url === 'loc';
    if (isNext) {
      this.#reportEntry(entry);
      delete entry.url;
      delete entry.lastmod;
    }
    this.#setUrl(entry, url);
  }

  #setUrl(entry: OpenEntry, url: string): void {
    if (entry.url !== undefined) return;
    entry.url = url;
    if (this.#bases.length > 0) entry.bases = this.#bases.map(({ base }) => base);
  }

  #reportEntry({ url, permalink = '', lastmod, bases }: OpenEntry): void {
    this.#report(url ?? permalink, lastmod, bases);
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
