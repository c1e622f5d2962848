import { Parser } from 'htmlparser2';

/** The parts of a page that may hold a contact, in document order. */
export interface ScannedPage {
  /** The first `<base href>`, as written. */
  base?: string;
  links: PageLink[];
  /** Values of Cloudflare's `data-cfemail`. */
  protectedEmails: string[];
  /** Properties of `meta` and `link` elements: the name in lower case, and the value. */
  statements: { name: string; value: string }[];
  /** Texts of JSON-LD scripts. */
  jsonLd: string[];
  /** The text as a reader sees it: white space is one space, `\n` stands where a block begins or ends. */
  text: string;
}

export interface PageLink {
  href: string;
  /** The text of the link, its `title` and `aria-label`, cut where they are long. */
  label: string;
}

/** Contacts stand in a page's head, its links and its footer; a longer page is an archive. */
const maxChars = 1_000_000;
/** The parser's time grows with the square of the open elements: beyond this the rest is not read. */
const maxOpenElements = 1_000;
/** Each link has to be resolved, in a time that grows with the length of its URL and its base. */
const maxLinks = 2_000;
const maxBaseChars = 300;
const maxLabelChars = 200;

/**
 * Reads HTML in one pass, without a tree. Never throws. Unclosed elements end with the page; what exceeds
 * the limits is left out.
 */
export function scanPage(html: string): ScannedPage {
  return new PageScan().read(html);
}

/** All other elements separate their text, links included: in menus only a margin stands between them. */
const inline = new Set(
  'abbr b bdi bdo big cite em font i mark small span strong sub sup tt u wbr'.split(' '),
);
const unread = new Set(['script', 'style', 'template']);

class PageScan {
  readonly #parts: ScannedPage = { links: [], protectedEmails: [], statements: [], jsonLd: [], text: '' };
  readonly #text: string[] = [];
  readonly #parser: Parser;
  #open = 0;
  #unread = 0;
  #link: PageLink | undefined;
  #script: string[] | undefined;

  constructor() {
    this.#parser = new Parser({
      onopentag: (name, attributes) => this.#enter(name, attributes),
      ontext: (text) => this.#addText(text),
      onclosetag: (name) => this.#leave(name),
    });
  }

  read(html: string): ScannedPage {
    this.#parser.end(html.slice(0, maxChars));
    // The parser reports an entity as a separate piece of text.
    this.#parts.text = this.#text.join('').replace(/ {2,}/g, ' ');
    return this.#parts;
  }

  #enter(name: string, attributes: Record<string, string>): void {
    this.#open += 1;
    if (this.#open > maxOpenElements) this.#parser.pause();
    this.#setApart(name);
    if (unread.has(name)) this.#unread += 1;
    const isJsonLd = name === 'script' && /^\s*application\/ld\+json/i.test(attributes['type'] ?? '');
    if (isJsonLd) this.#script = [];
    if (attributes['data-cfemail']) this.#parts.protectedEmails.push(attributes['data-cfemail']);
    if (name === 'a' || name === 'area') this.#enterLink(attributes);
    else if (name === 'meta' || name === 'link') this.#addStatements(attributes);
    else if (name === 'base') this.#setBase(attributes['href']);
  }

  #setBase(href: string | undefined): void {
    if (href && href.length <= maxBaseChars) this.#parts.base ??= href;
  }

  #enterLink({ href, title = '', 'aria-label': name = '' }: Record<string, string>): void {
    this.#link = undefined;
    if (!href || this.#parts.links.length >= maxLinks) return;
    this.#link = { href, label: `${title} ${name} `.slice(0, maxLabelChars) };
    this.#parts.links.push(this.#link);
  }

  #addStatements({ property, name, itemprop, rel, content, href }: Record<string, string>): void {
    const value = content ?? href;
    const stated = property ?? name ?? itemprop ?? rel;
    if (value && stated) this.#parts.statements.push({ name: stated.trim().toLowerCase(), value });
  }

  #addText(text: string): void {
    if (this.#script) this.#script.push(text);
    if (this.#unread > 0) return;
    const folded = text.replace(/\s+/g, ' ');
    this.#text.push(folded);
    if (this.#link && this.#link.label.length < maxLabelChars) {
      this.#link.label += folded.slice(0, maxLabelChars);
    }
  }

  #leave(name: string): void {
    this.#open -= 1;
    if (unread.has(name)) this.#unread -= 1;
    if (name === 'script' && this.#script) {
      this.#parts.jsonLd.push(this.#script.join(''));
      this.#script = undefined;
    }
    if (name === 'a') this.#link = undefined;
    this.#setApart(name);
  }

  #setApart(name: string): void {
    if (this.#unread === 0 && !inline.has(name) && this.#text.at(-1) !== '\n') this.#text.push('\n');
  }
}
